import ClusterModel
import Glibc

/// The gate that a service of this host has to pass before systemd starts it, where Warren has its start.
///
/// The package's drop-ins put the gate before `rabbitmq-server`, `haproxy` and `keepalived` where `warren.service` is
/// enabled and has a manifest. A start passes with a *ticket*: a file that is written right before, lets one start
/// pass, and is void after a minute. A start that had none is noted as *held*.
public struct StartGate: Sendable, Hashable {
    /// The name of the drop-in by which a unit has the gate before it.
    public static let dropIn = "50-warren.conf"

    private let tickets: String
    private let held: String
    private let released: String

    /// - Parameter root: the directory that has the place of `/`, for tests.
    public init(root: String = "") {
        tickets = root + "/run/warren/gate"
        held = root + "/run/warren/held"
        released = root + "/var/lib/warren/released"
    }

    /// Lets the next start of the unit pass, if it comes within a minute.
    public func open(_ unit: String) throws(FileFailure) {
        try Directory.make(tickets, mode: 0o700)
        try AtomicFile.write([], to: path(tickets, unit), mode: 0o600)
    }

    /// Takes the ticket back where it was not used.
    public func close(_ unit: String) { unlink(path(tickets, unit)) }

    /// Takes all tickets back. An agent does so first: one that ended between `open` and the start left one behind.
    public func closeAll() {
        for name in (try? Directory.names(tickets)) ?? [] { unlink(tickets + "/" + name) }
    }

    /// When somebody last asked for a start of the unit that did not pass; nil where nobody did since the last that did.
    public func heldSince(_ unit: String) -> Timestamp? {
        var status = stat()
        guard stat(path(held, unit), &status) == 0 else { return nil }
        let time = status.st_mtim
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Forgets that a start was held.
    public func forget(_ unit: String) { unlink(path(held, unit)) }

    /// Gives the start of the unit back to systemd, or takes it, for this and later boots: a manifest that is only
    /// observed, or gives this host no such role, must not keep the service from starting.
    ///
    /// - Returns: whether that is a change; then `SystemdUnits.reloadUnitFiles` is due.
    public func setReleased(_ isReleased: Bool, _ unit: String) throws(FileFailure) -> Bool {
        guard isReleased != self.isReleased(unit) else { return false }
        if isReleased {
            try Directory.make(released, mode: 0o700)
            try AtomicFile.write([], to: path(released, unit), mode: 0o600)
        } else {
            try AtomicFile.remove(path(released, unit))
        }
        return true
    }

    /// Whether systemd has the start of the unit although there is a manifest.
    public func isReleased(_ unit: String) -> Bool { access(path(released, unit), F_OK) == 0 }

    /// The gate's files are called as the unit is without its suffix.
    private func path(_ directory: String, _ unit: String) -> String {
        let suffix = ".service"
        return directory + "/" + (unit.hasSuffix(suffix) ? String(unit.dropLast(suffix.count)) : unit)
    }
}
