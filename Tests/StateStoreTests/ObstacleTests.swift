import ClusterModel
import Foundation
import GRDB
import Testing

@testable import StateStore

@Suite(.serialized) struct ObstacleTests {
    @Test("A store that another process keeps locked is reported as locked")
    func locked() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let store = try StateStore.open(path: path, access: .readWrite, at: start, busyTimeout: 0.05).store
            try connection(path).writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN EXCLUSIVE")
                #expect(storeError { _ = try store.lastRun() }?.code == .locked)
                #expect(storeError { try store.own([policy("a")], run: nil, at: start) }?.code == .locked)
                for access in [StateStore.Access.readWrite, .readOnly] {
                    let error = storeError {
                        _ = try StateStore.open(path: path, access: access, at: start, busyTimeout: 0.05)
                    }
                    #expect(error?.code == .locked)
                }
                try db.execute(sql: "COMMIT")
            }
            #expect(try store.lastRun() != nil)
        }
    }

    @Test("A reader sees the last whole transaction while a writer is at work")
    func readsBesideWriter() throws {
        try withStatePath { path in
            try makeStateFile(path)
            let reader = try StateStore.open(path: path, access: .readOnly, at: start, busyTimeout: 0.05).store
            try open(path).write { db in
                try db.execute(sql: "UPDATE run SET sentence = 'not yet'")
                #expect(try reader.lastRun()?.sentence == "All is as it should be.")
            }
            #expect(try reader.lastRun()?.sentence == "not yet")
        }
    }

    @Test("A store that was removed while open is reported as missing")
    func removed() throws {
        try withStatePath { path in
            let store = try open(path)
            try FileManager.default.removeItem(atPath: path)
            #expect(storeError { try store.own([policy("a")], run: nil, at: start) }?.code == .missing)
        }
    }

    @Test(
        "A store on a read-only file system can be read and is refused for writing",
        .enabled(if: canMount, "needs the right to mount"))
    func readOnlyFileSystem() throws {
        try withSmallDisk(kibibytes: 1024) { disk in
            let path = disk + "/state.db"
            try makeStateFile(path)
            #expect(command("mount", "-o", "remount,ro", disk) == 0)
            #expect(storeError { _ = try open(path) }?.code == .readOnly)
            #expect(storeError { _ = try open(disk + "/new/state.db") }?.code == .readOnly)
            let reader = try open(path, .readOnly)
            #expect(try reader.lastRun()?.state == .finished(.converged))
            try reader.close()
        }
    }

    @Test(
        "An immutable file can be read and is refused for writing",
        .enabled(if: canMakeImmutable, "needs a file system and the right for chattr +i"))
    func immutableFile() throws {
        try withStatePath { path in
            try makeStateFile(path)
            #expect(command("chattr", "+i", path) == 0)
            defer { command("chattr", "-i", path) }
            #expect(storeError { _ = try open(path) }?.code == .readOnly)
            #expect(try open(path, .readOnly).lastRun() != nil)
        }
    }

    @Test(
        "A full disk refuses a write whole, keeps what was there, and is over when space is free",
        .enabled(if: canMount, "needs the right to mount"))
    func fullDisk() throws {
        try withSmallDisk(kibibytes: 1024) { disk in
            let path = disk + "/state.db"
            try makeStateFile(path)
            let store = try open(path)
            let export = String(repeating: "x", count: 2 << 20)
            let error = storeError { try store.saveSnapshot(definitions: export, at: start) }
            #expect(error?.code == .full)
            #expect(error?.message.contains("free some") == true)
            #expect(try store.snapshots().isEmpty)
            #expect(try store.lastRun()?.state == .finished(.converged))
            #expect(try store.saveSnapshot(definitions: "{}", at: start))
            try store.close()
        }
    }

    @Test("A new store on a full disk is reported as full", .enabled(if: canMount, "needs the right to mount"))
    func newOnFullDisk() throws {
        try withSmallDisk(kibibytes: 256) { disk in
            makeEmptyFile(disk + "/ballast")
            let ballast = try FileHandle(forWritingTo: URL(fileURLWithPath: disk + "/ballast"))
            let block = Data(count: 4096)
            while (try? ballast.write(contentsOf: block)) != nil {}
            try ballast.close()
            #expect(storeError { _ = try open(disk + "/state.db") }?.code == .full)
            try FileManager.default.removeItem(atPath: disk + "/ballast")
            let opened = try StateStore.open(path: disk + "/state.db", access: .readWrite, at: start)
            #expect(try opened.store.lastRun() == nil)
            try opened.store.close()
        }
    }

    @Test(
        "What the permissions forbid is reported as denied",
        .enabled(if: geteuid() != 0, "permissions do not bind root"))
    func denied() throws {
        try withStatePath { path in
            try makeStateFile(path)
            chmod(path, 0o000)
            #expect(storeError { _ = try open(path) }?.code == .denied)
            #expect(storeError { _ = try open(path, .readOnly) }?.code == .denied)
            #expect(storeError { _ = try open("/etc/passwd") }?.code == .denied)
        }
    }

    @Test("A parent that is a file is no folder, and is left alone")
    func parentIsFile() throws {
        try withFolder { folder in
            makeEmptyFile(folder + "/file")
            #expect(storeError { _ = try open(folder + "/file/state.db") }?.code == .missing)
            #expect(storeError { _ = try open(folder + "/file/state.db", .readOnly) }?.code == .missing)
        }
    }
}
