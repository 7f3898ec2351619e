import ClusterModel
import HostAccess
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    @Test func replacesContentModeAndLeavesNothingElse() throws {
        let scratch = try ScratchDirectory("atomic")
        let path = try scratch.write("old", to: "file", mode: 0o666)
        try AtomicFile.write(Array("new".utf8), to: path, mode: 0o600)
        #expect(try FileContent.read(path) == Array("new".utf8))
        #expect(try FileStatus(path).mode == 0o600)
        #expect(try Directory.names(scratch.path) == ["file"])
    }

    @Test func failureLeavesTheOldFileAndSaysWhy() throws {
        let scratch = try ScratchDirectory("atomic")
        try Directory.make(scratch.path("taken"), mode: 0o755)
        let failure = #expect(throws: FileFailure.self) { try AtomicFile.write([1], to: scratch.path("taken")) }
        #expect(failure?.description == "\(scratch.path("taken")) could not be replaced: Is a directory.")
        #expect(try Directory.names(scratch.path) == ["taken"])
    }

    @Test(.enabled(if: OSUser.isRoot, "needs root")) func ownerIsGiven() throws {
        let scratch = try ScratchDirectory("atomic")
        let owner = FileOwner(uid: 65534, gid: 65534)
        try AtomicFile.write([], to: scratch.path("file"), mode: 0o400, owner: owner)
        #expect(try FileStatus(scratch.path("file")).owner == owner)
    }

    @Test func lockIsHeldByOneAtATime() throws {
        let scratch = try ScratchDirectory("lock")
        var first = try FileLock(scratch.path("lock"))
        #expect(first != nil)
        #expect(try FileLock(scratch.path("lock")) == nil)
        first = nil
        #expect(try FileLock(scratch.path("lock")) != nil)
    }
}

@Suite struct MemoryFileTests {
    @Test func fileIsPrivateInMemoryAndGoneAfterwards() async throws {
        let path = try await withMemoryFile(Array("hidden".utf8)) { path in
            let (mode, bytes) = (try FileStatus(path).mode, try FileContent.read(path))
            #expect(MemoryStorage.isInMemory(path.directoryOfPath))
            #expect(mode == 0o600)
            #expect(bytes == Array("hidden".utf8))
            return path
        }
        #expect(throws: FileFailure.self) { try FileStatus(path) }
    }

    @Test func fileIsGoneAfterAFailureToo() async throws {
        struct Stop: Error { let path: String }
        let stop = await #expect(throws: Stop.self) {
            try await withMemoryFile([1]) { path in throw Stop(path: path) }
        }
        let path = try #require(stop?.path)
        #expect(throws: FileFailure.self) { try FileStatus(path) }
    }

    @Test func directoryOnADiskIsRefused() async throws {
        let scratch = try ScratchDirectory("disk")
        guard !MemoryStorage.isInMemory(scratch.path) else { return }
        await #expect(throws: FileFailure.self) { try await withMemoryFile([1], directory: scratch.path) { _ in } }
    }

    @Test func leftoverOfAKilledProcessIsRemoved() async throws {
        let directory = try MemoryStorage.directory()
        let leftover = "\(directory)/warren-decode-4194303-1-abcdef"
        try AtomicFile.write([1], to: leftover, mode: 0o600)
        try await withMemoryFile([1]) { _ in }
        #expect(throws: FileFailure.self) { try FileStatus(leftover) }
    }
}

@Suite struct SecretReaderTests {
    @Test func oneTrailingLineBreakIsRemoved() throws {
        let scratch = try ScratchDirectory("secret")
        let reader = SecretReader(environment: [:])
        let broken = try scratch.write("geheim\n\n", to: "a", mode: 0o600)
        #expect(try reader.read(.file(broken)).text == "geheim\n")
        let plain = try scratch.write("geheim", to: "b", mode: 0o600)
        #expect(try reader.read(.file(plain)).warnings.isEmpty)
    }

    @Test func worldReadableFileGivesAWarning() throws {
        let scratch = try ScratchDirectory("secret")
        let path = try scratch.write("x", to: "open", mode: 0o644)
        #expect(try SecretReader(environment: [:]).read(.file(path)).warnings.count == 1)
    }

    @Test func unusableFilesAreRefusedByReason() throws {
        let scratch = try ScratchDirectory("secret")
        let reader = SecretReader(environment: [:])
        let empty = SecretReference.file(try scratch.write("\n", to: "empty"))
        #expect(throws: SecretFailure.empty(empty)) { try reader.read(empty) }
        #expect(throws: SecretFailure.notARegularFile(.file(scratch.path))) { try reader.read(.file(scratch.path)) }
        try AtomicFile.write([0xFF, 0xFE], to: scratch.path("binary"))
        let binary = SecretReference.file(scratch.path("binary"))
        #expect(throws: SecretFailure.notUTF8(binary)) { try reader.read(binary) }
        try AtomicFile.write([UInt8](repeating: 65, count: SecretReader.limit + 1), to: scratch.path("large"))
        let large = SecretReference.file(scratch.path("large"))
        #expect(throws: SecretFailure.tooLarge(large, limit: SecretReader.limit)) { try reader.read(large) }
        let missing = SecretReference.file(scratch.path("missing"))
        #expect(throws: SecretFailure.unreadable(missing, reason: "No such file or directory")) {
            try reader.read(missing)
        }
    }

    @Test func environmentAndCredentialAreRead() throws {
        let scratch = try ScratchDirectory("secret")
        try scratch.write("from systemd\n", to: "amqp", mode: 0o400)
        let reader = SecretReader(environment: ["TOKEN": "t", "CREDENTIALS_DIRECTORY": scratch.path])
        #expect(try reader.read(.environment("TOKEN")).text == "t")
        #expect(try reader.read(.credential("amqp")).text == "from systemd")
        #expect(throws: SecretFailure.notSet("OTHER")) { try reader.read(.environment("OTHER")) }
        #expect(throws: SecretFailure.badCredentialName("../amqp")) { try reader.read(.credential("../amqp")) }
        #expect(throws: SecretFailure.noCredentials("amqp")) {
            try SecretReader(environment: [:]).read(.credential("amqp"))
        }
    }

    @Test func secretIsNeverPrinted() throws {
        let secret = try SecretReader(environment: ["S": "hidden"]).read(.environment("S"))
        #expect("\(secret) \(String(reflecting: secret))" == "*** ***")
    }
}

@Suite struct SourceReaderTests {
    @Test func directoryGivesItsManifestsInByteOrder() throws {
        let scratch = try ScratchDirectory("source")
        for name in ["b.yml", "a.yaml", "B.yaml", ".hidden.yaml", "notes.txt"] { try scratch.write(name, to: name) }
        let files = try SourceReader.read(scratch.path)
        #expect(files.map(\.path) == ["B.yaml", "a.yaml", "b.yml"].map(scratch.path))
        #expect(files[0].bytes == Array("B.yaml".utf8))
    }

    @Test func whatIsNoManifestIsRefused() throws {
        let scratch = try ScratchDirectory("source")
        #expect(throws: SourceFailure.missing(scratch.path("no"))) { try SourceReader.read(scratch.path("no")) }
        #expect(throws: SourceFailure.noManifest(scratch.path)) { try SourceReader.read(scratch.path) }
        #expect(throws: SourceFailure.notARegularFile("/dev/null")) { try SourceReader.read("/dev/null") }
        try Directory.make(scratch.path("x.yaml"), mode: 0o755)
        #expect(throws: SourceFailure.notARegularFile(scratch.path("x.yaml"))) { try SourceReader.read(scratch.path) }
    }

    @Test func sizeIsBoundedInAll() throws {
        let scratch = try ScratchDirectory("source")
        let half = [UInt8](repeating: 35, count: SourceReader.limit / 2 + 1)
        for name in ["a.yaml", "b.yaml"] { try AtomicFile.write(half, to: scratch.path(name)) }
        #expect(throws: SourceFailure.tooLarge(scratch.path, limit: SourceReader.limit)) {
            try SourceReader.read(scratch.path)
        }
        #expect(try SourceReader.read(scratch.path("a.yaml")).count == 1)
    }
}
