import ClusterModel
import ResourceKinds

/// The cluster's suspension: a global runtime parameter, as the lease is one. It is set under the lease's lock, so that
/// no agent takes the lease between the look at it and its being there.
enum SuspensionScript {
    static func set(_ suspension: Suspension) -> ErlangScript {
        let (since, until) = (suspension.since.milliseconds / 1000, suspension.until.milliseconds / 1000)
        return script(
            """
            rabbit_runtime_parameters:set_global('\(GlobalParameterKind.suspension)', #{
              <<"author">> => \(ErlangScript.binary(suspension.author)),
              <<"reason">> => \(ErlangScript.binary(suspension.reason)),
              <<"since">> => \(since), <<"until">> => \(until)}, User)
            """)
    }

    static let clear = script(
        """
        case rabbit_runtime_parameters:value_global('\(GlobalParameterKind.suspension)') of
          not_found -> ok;
          _ -> rabbit_runtime_parameters:clear_global('\(GlobalParameterKind.suspension)', User) end
        """)

    private static func script(_ change: String) -> ErlangScript {
        ErlangScript(
            "suspension", parts: ["User = <<\"warren\">>", "Change = fun() -> \(change) end"],
            body: """
                Print("0", case global:trans({warren_lease, self()}, Change, [node() | nodes()], 20) of
                  ok -> <<"ok">>; Other -> Term(Other) end)
                """)
    }

    /// Binds `Suspended`, for scripts that write: what is suspended while a run is under way stops it.
    static let asking = """
        Suspended = fun() ->
          case rabbit_runtime_parameters:value_global('\(GlobalParameterKind.suspension)') of
            #{<<"until">> := Until} when is_integer(Until) -> Until > erlang:system_time(second);
            _ -> false end end
        """
}

/// Suspends the whole cluster, and ends that.
public struct ClusterSuspension: Sendable {
    let tools: BrokerTools

    public init(tools: BrokerTools) { self.tools = tools }

    public func set(_ suspension: Suspension) async throws(BrokerFailure) {
        try await run(SuspensionScript.set(suspension))
    }

    /// Also where there is none.
    public func clear() async throws(BrokerFailure) { try await run(SuspensionScript.clear) }

    private func run(_ script: ErlangScript) async throws(BrokerFailure) {
        let record = try await tools.evaluate(script).text("0")
        guard record == "ok" else { throw .garbled("it said: \((record ?? "nothing").printable)") }
    }
}
