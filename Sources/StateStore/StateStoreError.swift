import Foundation
import GRDB

/// Why the store could not do what was asked. The code is for programs, the message says what a person can do.
public struct StateStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The closed list of causes.
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// There is no file, and reading does not create one; or it was removed while it was open.
        case missing
        /// The file is damaged or no database. Opening for writing moves it aside, reading does not.
        case corrupt
        /// A database of another program, or no regular file. It is never touched.
        case foreign
        /// A later Warren wrote it. It is never touched.
        case newer
        /// An earlier Warren wrote it, or none finished setting it up: only opening for writing brings it up to date.
        case older
        /// Another process kept it locked beyond the busy timeout.
        case locked
        /// The file, its folder or its file system cannot be written to.
        case readOnly
        /// The disk, or the quota, is used up.
        case full
        /// The permissions do not allow it.
        case denied
        /// The call itself is wrong, such as finishing a run twice. Nothing was written.
        case invalid
        /// Anything else that SQLite or the system reports, such as an I/O error.
        case failed
    }

    public let code: Code
    public let path: String
    public let message: String

    public init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// `PATH: message`, control characters of the path escaped.
    public var description: String { "\(path.printable): \(message)" }
}

/// A call that the store refuses; becomes `StateStoreError.Code.invalid` where the transaction ends.
struct InvalidCall: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

/// Text in the database that this version cannot have written; becomes `StateStoreError.Code.corrupt`.
struct UnreadableValue: Error {
    let message: String
    init(_ message: String) { self.message = message }
}

extension StateStoreError {
    /// The one place where other errors become this one.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as StateStoreError: self = error
        case let error as InvalidCall: self.init(.invalid, path: path, error.message)
        case let error as UnreadableValue: self.init(.corrupt, path: path, error.message + "; " + Advice.corrupt)
        case let error as DatabaseError: self.init(error, path: path)
        default: self.init(.failed, path: path, "\(error)")
        }
    }

    /// GRDB's message repeats no bound value, so that nothing secret gets in here.
    private init(_ error: DatabaseError, path: String) {
        let words = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, path: path, "is damaged or no database (\(words)); " + Advice.corrupt)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.locked, path: path, "is locked by another process; " + Advice.locked)
        case .SQLITE_FULL:
            self.init(.full, path: path, Advice.full)
        case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_DBMOVED:
            self.init(.missing, path: path, "was removed or replaced while it was open; restart the agent")
        case .SQLITE_READONLY where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK:
            self.init(.readOnly, path: path, Advice.rollback)
        case .SQLITE_READONLY:
            self.init(.readOnly, path: path, Advice.readOnly)
        case .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.denied, path: path, Advice.denied)
        case .SQLITE_CANTOPEN, .SQLITE_IOERR:
            self =
                StateFile(path).obstacle
                ?? StateStoreError(.failed, path: path, "cannot be read or written (\(words)); check the disk")
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH:
            self.init(.invalid, path: path, "the schema refused a value (\(words)); nothing was written")
        default:
            self.init(.failed, path: path, "SQLite reports: \(words)")
        }
    }
}

/// What to do about each cause.
enum Advice {
    static let corrupt = "restart the agent: it moves the file aside and rebuilds it by observing"
    static let locked = "see with `fuser` which, or try again when it is done"
    static let full = "no space is left for it; free some, nothing of this call was written"
    static let readOnly = "cannot be written to; mount its file system for writing, or clear its immutable flag"
    static let rollback = "an interrupted write is to be undone first; start the agent, which does it"
    static let denied = "permission denied; run as the user that owns the file"
}
