/// The services of this host, through `systemctl`.
public struct SystemdUnits: Sendable {
    public static let journalLines = 10

    private let runner: any ProcessRunning
    private let systemctl: String
    private let journalctl: String
    /// How long systemd may take to answer a question.
    private let patience: Duration

    public init(
        runner: any ProcessRunning, systemctl: String = "/usr/bin/systemctl",
        journalctl: String = "/usr/bin/journalctl", patience: Duration = .seconds(10)
    ) {
        self.runner = runner
        self.systemctl = systemctl
        self.journalctl = journalctl
        self.patience = patience
    }

    /// What systemd says about the unit. One that does not exist is `Load.notFound`, and no failure.
    public func state(of unit: String) async throws(UnitFailure) -> UnitState {
        guard let state = try await states(of: [unit]).first else { throw .unreadable(unit: unit, output: "") }
        return state
    }

    /// What systemd says about each of the units, in their order, by one process.
    public func states(of units: [String]) async throws(UnitFailure) -> [UnitState] {
        guard !units.isEmpty else { return [] }
        let names = units.joined(separator: ", ")
        let properties = "--property=" + UnitState.properties.joined(separator: ",")
        let result = try await run(systemctl, ["show", "--timestamp=unix", properties, "--"] + units)
        guard result.status.isSuccess else {
            throw .failed(verb: "show", unit: names, words: Self.words(result), journal: [])
        }
        let lines = result.stdout.split(separator: "\n", omittingEmptySubsequences: false)
        let states = lines.split(separator: "").map { UnitState(lines: Array($0)) }
        let known = states.compactMap { $0 }
        guard known.count == states.count, known.count == units.count else {
            throw .unreadable(unit: names, output: result.stdout)
        }
        return known
    }

    /// Starts the unit, waits until systemd says that it has started, and returns how it is then.
    ///
    /// - Parameters:
    ///   - gate: lets this start pass where Warren has the start of the unit.
    ///   - limit: how long it may take. systemd goes on with the start after that.
    @discardableResult
    public func start(
        _ unit: String, through gate: StartGate? = nil, within limit: Duration
    ) async throws(UnitFailure) -> UnitState {
        try open(gate, for: unit)
        defer { gate?.close(unit) }
        try await act("start", unit, within: limit)
        let state = try await state(of: unit)
        // systemd calls it a success where a condition kept the unit from starting.
        guard state.activity != .inactive else { throw .skipped(unit: unit, journal: await journal(of: unit)) }
        return state
    }

    /// Asks systemd to start the unit and does not wait for it. The ticket that lets it pass is void after a minute.
    ///
    /// An earlier failure is taken back before, so that one that is seen afterwards is this start's: systemd begins a
    /// start when it gets to it.
    public func beginStart(_ unit: String, through gate: StartGate? = nil) async throws(UnitFailure) {
        try open(gate, for: unit)
        // Nothing to take back is no failure.
        _ = try? await run(systemctl, ["reset-failed", "--", unit])
        do {
            try await act("start", unit, within: patience, options: ["--no-block"])
        } catch {
            gate?.close(unit)
            throw error
        }
    }

    /// Stops the unit and waits until it has stopped. One that does not run is left as it is.
    public func stop(_ unit: String, within limit: Duration) async throws(UnitFailure) {
        try await act("stop", unit, within: limit)
    }

    /// Lets the unit read its configuration again and waits until systemd says that it did.
    public func reload(_ unit: String, within limit: Duration) async throws(UnitFailure) {
        try await act("reload", unit, within: limit)
    }

    /// Stops the unit and starts it. These are two steps, as a slow stop would outlive the ticket for the start.
    @discardableResult
    public func restart(
        _ unit: String, through gate: StartGate? = nil, within limit: Duration
    ) async throws(UnitFailure) -> UnitState {
        let end = ContinuousClock.now + limit
        try await stop(unit, within: limit)
        return try await start(unit, through: gate, within: max(patience, ContinuousClock.now.duration(to: end)))
    }

    /// Lets systemd read all unit files again, which decides anew where the start gate is in force.
    public func reloadUnitFiles() async throws(UnitFailure) {
        let result = try await run(systemctl, ["daemon-reload"], within: .seconds(60))
        guard result.status.isSuccess else {
            throw .failed(verb: "reload", unit: "its unit files", words: Self.words(result), journal: [])
        }
    }

    /// The last lines that the unit wrote to the journal, or that systemd wrote about it; none where they can't be read.
    public func journal(of unit: String, lines: Int = journalLines) async -> [String] {
        let arguments = [
            "--unit=" + unit, "--lines=\(lines)", "--output=cat", "--no-pager", "--quiet", "--all", "--boot",
        ]
        guard let result = try? await run(journalctl, arguments), result.status.isSuccess else { return [] }
        return result.stdout.split(separator: "\n").suffix(lines).map(Self.plain)
    }

    private func open(_ gate: StartGate?, for unit: String) throws(UnitFailure) {
        do throws(FileFailure) { try gate?.open(unit) } catch { throw .noTicket(error) }
    }

    private func act(
        _ verb: String, _ unit: String, within limit: Duration, options: [String] = []
    ) async throws(UnitFailure) {
        let result = try await run(systemctl, [verb] + options + ["--", unit], within: limit)
        guard result.status.isSuccess else {
            throw .failed(verb: verb, unit: unit, words: Self.words(result), journal: await journal(of: unit))
        }
    }

    private func run(
        _ program: String, _ arguments: [String], within limit: Duration? = nil
    ) async throws(UnitFailure) -> ProcessResult {
        let call = Invocation(
            executable: program, arguments: arguments, environment: Self.environment, deadline: limit ?? patience,
            outputLimit: 1 << 20)
        do throws(ProcessFailure) { return try await runner.run(call) } catch { throw .noResult(error) }
    }

    private static let environment = [
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": "",
        "SYSTEMD_URLIFY": "0",
    ]

    private static func words(_ result: ProcessResult) -> String {
        let lines = (result.stderr + "\n" + result.stdout).split(separator: "\n").map(plain)
        let text = lines.filter { !$0.isEmpty }.joined(separator: " ")
        return text.isEmpty ? "systemctl \(result.status)." : text
    }

    /// Without what moves a terminal's cursor.
    private static func plain(_ line: Substring) -> String {
        String(line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
            .trimmed()
    }
}

extension String {
    fileprivate func trimmed() -> String {
        guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " }) else {
            return ""
        }
        return String(self[first...last])
    }
}
