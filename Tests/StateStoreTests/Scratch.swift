import ClusterModel
import Foundation
import GRDB

@testable import StateStore

let start = Timestamp(milliseconds: 1_700_000_000_000)

extension Timestamp {
    static func + (moment: Timestamp, seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + seconds * 1000)
    }
    static func - (moment: Timestamp, seconds: Int64) -> Timestamp { moment + -seconds }
}

let day: Int64 = 86_400

func policy(_ name: String, vhost: String? = "/") -> ResourceID { ResourceID("policy", vhost: vhost, name: name) }

func creation(of id: ResourceID) -> Action {
    Action(.create, id, scope: .cluster, guards: [.majority], reason: "missing", change: .merge([]), fingerprint: "-")
}

/// Runs `body` with a folder of its own, which is gone afterwards.
func withFolder<T>(_ body: (_ folder: String) throws -> T) throws -> T {
    let folder = NSTemporaryDirectory() + "warren-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
}

/// Runs `body` with the path of a state file that does not exist yet.
func withStatePath<T>(_ body: (_ path: String) throws -> T) throws -> T {
    try withFolder { try body($0 + "/state.db") }
}

func open(_ path: String, _ access: StateStore.Access = .readWrite, at now: Timestamp = start) throws -> StateStore {
    try StateStore.open(path: path, access: access, at: now).store
}

/// Creates a state file with one finished run in it.
func makeStateFile(_ path: String) throws {
    let store = try open(path)
    let run = try store.beginRun(cause: .boot, host: "mq1", revision: nil, at: start)
    try store.finishRun(run, result: .converged, sentence: "All is as it should be.", processes: 3, at: start + 1)
    try store.close()
}

/// The error that `body` throws, nil where it throws none or another.
func storeError(_ body: () throws -> Void) -> StateStoreError? {
    do {
        try body()
        return nil
    } catch {
        return error as? StateStoreError
    }
}

func mode(of path: String) throws -> Int {
    try (FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue ?? 0
}

func bytes(of path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

/// A connection of somebody else.
func connection(_ path: String) throws -> DatabaseQueue { try DatabaseQueue(path: path) }

/// Runs a program and gives its exit status.
@discardableResult
func command(_ arguments: String...) -> Int32 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { return -1 }
    process.waitUntilExit()
    return process.terminationStatus
}

/// A small file system in memory, mounted while `body` runs.
func withSmallDisk<T>(kibibytes: Int, _ body: (_ mountPoint: String) throws -> T) throws -> T {
    try withFolder { folder in
        guard command("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "warren-test", folder) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { command("umount", "-l", folder) }
        return try body(folder)
    }
}

/// Whether this user may mount; containers often take that right even from root.
let canMount: Bool = geteuid() == 0 && (try? withSmallDisk(kibibytes: 64) { _ in true }) == true

/// Whether files can be made immutable here.
let canMakeImmutable: Bool =
    (try? withFolder { folder in
        let file = folder + "/probe"
        makeEmptyFile(file)
        defer { command("chattr", "-i", file) }
        return command("chattr", "+i", file) == 0
    }) == true

func makeEmptyFile(_ path: String) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
