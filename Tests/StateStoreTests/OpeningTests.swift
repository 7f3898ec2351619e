import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

@Suite struct OpeningTests {
    @Test("A new store is private: folder 0700, file 0600")
    func createsPrivately() throws {
        try withFolder { folder in
            let path = folder + "/lib/warren/state.db"
            let opened = try StateStore.open(path: path, access: .readWrite, at: start)
            #expect(opened.notice == nil)
            #expect(try mode(of: folder + "/lib/warren") == 0o700)
            #expect(try mode(of: path) == 0o600)
        }
    }

    @Test("A file that others may read is tightened, and keeps its content")
    func tightensMode() throws {
        try withStatePath { path in
            try makeStateFile(path)
            chmod(path, 0o664)
            let store = try open(path)
            #expect(try mode(of: path) == 0o600)
            #expect(try store.lastRun()?.sentence == "All is as it should be.")
        }
    }

    @Test("Nothing but the database remains in the folder after a write")
    func leavesNoJournal() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let folder = (path as NSString).deletingLastPathComponent
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["state.db"])
        }
    }

    @Test("Writes are journaled with a rollback journal and full synchronisation, foreign keys are on")
    func isDurable() throws {
        try withStatePath { path in
            let store = try open(path)
            let pragmas = ["journal_mode", "synchronous", "foreign_keys", "busy_timeout"]
            let values = try store.read { db in
                try pragmas.map { try DatabaseValue.fetchOne(db, sql: "PRAGMA \($0)")?.description }
            }
            #expect(values == ["\"delete\"", "2", "1", "5000"])
        }
    }

    @Test("Reading a store that is not there says so and creates nothing")
    func missing() throws {
        try withFolder { folder in
            let path = folder + "/none/state.db"
            let error = storeError { _ = try open(path, .readOnly) }
            #expect(error?.code == .missing)
            #expect(error?.description.hasPrefix("\(path): ") == true)
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(names.isEmpty)
        }
    }

    @Test("A file that is no database is moved aside and said so")
    func notADatabase() throws {
        try withStatePath { path in
            let garbage = Data(String(repeating: "no database ", count: 1000).utf8)
            try garbage.write(to: URL(fileURLWithPath: path))
            #expect(storeError { _ = try open(path, .readOnly) }?.code == .corrupt)
            #expect(try bytes(of: path) == garbage)

            let opened = try StateStore.open(path: path, access: .readWrite, at: start)
            let aside = "\(path).corrupt-\(start.milliseconds)"
            #expect(
                opened.notice
                    == "\(path) was corrupt and was moved to \(aside); what was remembered is rebuilt by observing")
            #expect(try bytes(of: aside) == garbage)
            #expect(try opened.store.lastRun() == nil)
            #expect(try mode(of: path) == 0o600)
        }
    }

    @Test("A truncated file is moved aside for writing, and left alone for reading")
    func truncated() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let whole = try bytes(of: path)
            let half = whole.prefix(whole.count / 2)
            try half.write(to: URL(fileURLWithPath: path))
            #expect(storeError { _ = try open(path, .readOnly).lastRun() }?.code == .corrupt)
            #expect(try bytes(of: path) == half)
            let opened = try StateStore.open(path: path, access: .readWrite, at: start)
            #expect(opened.notice?.contains("corrupt") == true)
            #expect(try opened.store.lastRun() == nil)
        }
    }

    @Test("A page that is damaged inside is found at opening")
    func damagedPage() throws {
        try withStatePath { path in
            try makeStateFile(path)
            var damaged = try bytes(of: path)
            damaged.replaceSubrange(4096 * 3..<4096 * 4, with: Data(repeating: 0xA5, count: 4096))
            try damaged.write(to: URL(fileURLWithPath: path))
            let opened = try StateStore.open(path: path, access: .readWrite, at: start)
            #expect(opened.notice?.contains("corrupt") == true)
        }
    }

    @Test("Two corrupt files of one moment are both kept, with their journals")
    func keepsEveryCorruptFile() throws {
        try withStatePath { path in
            for content in ["first", "second"] {
                let text = String(repeating: content, count: 500)
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try Data("journal of \(content)".utf8).write(to: URL(fileURLWithPath: path + "-journal"))
                try open(path).close()
            }
            let next = start.milliseconds + 1
            #expect(try bytes(of: "\(path).corrupt-\(start.milliseconds)").starts(with: Data("first".utf8)))
            #expect(try bytes(of: "\(path).corrupt-\(next)").starts(with: Data("second".utf8)))
            #expect(!FileManager.default.fileExists(atPath: path + "-journal"))
        }
    }

    @Test("An empty file is set up anew, which is said, and is not yet readable")
    func emptyFile() throws {
        try withStatePath { path in
            makeEmptyFile(path)
            #expect(storeError { _ = try open(path, .readOnly) }?.code == .older)
            let opened = try StateStore.open(path: path, access: .readWrite, at: start)
            #expect(opened.notice?.contains("was empty and was set up anew") == true)
            #expect(try StateStore.open(path: path, access: .readWrite, at: start).notice == nil)
        }
    }

    @Test("A store of a later version is refused and not touched", arguments: [StateStore.Access.readWrite, .readOnly])
    func newerSchema(_ access: StateStore.Access) throws {
        try withStatePath { path in
            try makeStateFile(path)
            try connection(path).write { db in
                try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of the future')")
            }
            let before = try bytes(of: path)
            #expect(storeError { _ = try open(path, access) }?.code == .newer)
            #expect(try bytes(of: path) == before)
        }
    }

    @Test("Another program's database is refused and not touched", arguments: [StateStore.Access.readWrite, .readOnly])
    func foreignDatabase(_ access: StateStore.Access) throws {
        try withStatePath { path in
            try connection(path).write { db in try db.execute(sql: "CREATE TABLE album (title TEXT)") }
            let before = try bytes(of: path)
            #expect(storeError { _ = try open(path, access) }?.code == .foreign)
            #expect(try bytes(of: path) == before)
        }
    }

    @Test("A folder or a pipe in the place of the file is refused")
    func noRegularFile() throws {
        try withFolder { folder in
            #expect(storeError { _ = try open(folder) }?.code == .foreign)
            let pipe = folder + "/pipe"
            mkfifo(pipe, 0o600)
            #expect(storeError { _ = try open(pipe) }?.code == .foreign)
            #expect(storeError { _ = try open(pipe, .readOnly) }?.code == .foreign)
        }
    }

    @Test("A write that a killed process left half done is undone, also by a reader")
    func hotJournal() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let copy = path + ".killed"
            try connection(path).writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA cache_size = 2; BEGIN IMMEDIATE")
                try db.execute(sql: "UPDATE run SET sentence = 'half done'")
                for index in 1...500 {
                    try db.execute(
                        sql: "INSERT INTO definitionsSnapshot (takenAt, definitions) VALUES (?, ?)",
                        arguments: [index, String(repeating: "x", count: 3000)])
                }
                for suffix in ["", "-journal"] {
                    try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
                }
                try db.execute(sql: "ROLLBACK")
            }
            let store = try open(copy, .readOnly)
            #expect(try store.lastRun()?.sentence == "All is as it should be.")
            #expect(try store.snapshots().isEmpty)
        }
    }

    @Test("A path that looks like a URI is a path")
    func uriPath() throws {
        #expect(StateFile("file:state.db?mode=memory").databasePath == "./file:state.db?mode=memory")
        #expect(StateFile("/var/lib/warren/state.db").databasePath == "/var/lib/warren/state.db")
    }

    @Test("What was written is there after reopening, and a reader cannot write")
    func reopens() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let reader = try open(path, .readOnly)
            #expect(try reader.lastRun()?.state == .finished(.converged))
            #expect(storeError { try reader.disown([policy("a")]) }?.code != nil)
            #expect(storeError { try reader.own([policy("a")], run: nil, at: start) }?.code == .readOnly)
        }
    }
}
