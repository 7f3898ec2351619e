/// Why a lab can't do what it was asked to. Each says what to do about it.
public enum LabFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was asked for can't be: a wrong name, a manifest that no lab can boot, a host that is off.
    case refused(String)
    case needsRoot
    /// The packages that bring what is missing.
    case missingPackages([String])
    case exists(LabName)
    case unknown(LabName)
    /// Its start was interrupted, so that only `down` is left to do.
    case incomplete(LabName)
    case busy(LabName)
    /// A program that ran and failed, with the end of what it printed.
    case failed(String, output: String)
    /// A state that did not come, with the last lines of the host's console.
    case notReached(String, within: Duration, output: String)

    public var description: String {
        switch self {
        case .refused(let sentence): sentence
        case .needsRoot: "A lab is made of whole systems, which only root may boot and look into. Run it with sudo."
        case .missingPackages(let packages):
            "This machine lacks what a lab needs. Run: apt install \(packages.joined(separator: " "))"
        case .exists(let name):
            "There is a lab \(name) already. Remove it with: warren lab down --name \(name), or take another --name."
        case .unknown(let name): "There is no lab \(name). See: warren lab list"
        case .incomplete(let name):
            "The lab \(name) was never up: its start was interrupted. Remove what is left of it with: "
                + "warren lab down --name \(name)"
        case .busy(let name): "Another warren is at work with the lab \(name). Wait until it is done."
        case .failed(let what, let output): Self.text("\(what) failed", output)
        case .notReached(let what, let limit, let output):
            Self.text("\(what) did not happen within \(limit.components.seconds) s", output)
        }
    }

    private static func text(_ sentence: String, _ output: String) -> String {
        let lines = output.split(whereSeparator: \.isNewline).suffix(20)
        return lines.isEmpty ? sentence + "." : sentence + ":\n" + lines.map { "  " + $0 }.joined(separator: "\n")
    }
}
