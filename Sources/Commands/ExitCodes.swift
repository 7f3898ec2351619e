import ArgumentParser

/// The exit codes of the contract; 64, wrong usage, is ArgumentParser's own.
extension ExitCode {
    /// Done, and drift remains.
    static let drift = ExitCode(2)
    /// The manifest is invalid.
    static let invalidManifest = ExitCode(65)
}

/// An error that is told in one sentence and ends the command with a code.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
