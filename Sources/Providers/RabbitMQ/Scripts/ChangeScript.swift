import ClusterModel
import ResourceKinds

/// What the broker itself checks in the same call, before anything is written.
public struct Precondition: Hashable, Sendable {
    /// The manifest's members, of which a strict majority has to run with no partition (safety rule 1).
    public let members: [String]
    /// Nil where there is no second agent that could write.
    public let lease: Lease?

    public init(members: [String], lease: Lease? = nil) {
        self.members = members
        self.lease = lease
    }
}

/// Checks, writes and reads again, in one process.
enum ChangeScript {
    /// - Parameters:
    ///   - definitions: what the change needs.
    ///   - change: a call that prints a record for each action.
    ///   - carried: what the change takes from standard input.
    ///   - reading: the call that reads what is so afterwards; nil to leave that to another step.
    static func script(
        _ purpose: String, definitions: [String], change: String, carrying carried: String? = nil,
        under precondition: Precondition?, reading: String?
    ) -> ErlangScript {
        // What is bound twice does not match.
        let more = reading == nil ? [] : ObservationScript.parts.filter { !definitions.contains($0) }
        let parts = ["User = <<\"warren\">>", guarding(precondition)] + definitions + more
        let then = reading.map { ",\n    \($0)" } ?? ""
        return ErlangScript(
            purpose, parts: parts,
            body: """
                case Allowed() of
                  ok ->
                    \(change)\(then);
                  Why -> Print("blocked", Why)
                end
                """, carrying: carried)
    }

    private static func guarding(_ precondition: Precondition?) -> String {
        guard let precondition else { return "Allowed = fun() -> ok end" }
        let members = precondition.members.map(ErlangScript.binary).joined(separator: ",")
        return """
            \(SuspensionScript.asking),
            Take = \(precondition.lease.map(LeaseScript.taking) ?? "fun() -> ok end"),
            Allowed = fun() ->
              #{running_nodes := Running, partitions := Partitions} = Cluster(),
              Members = [\(members)],
              Up = [M || M <- Members, lists:member(M, [atom_to_binary(N, utf8) || N <- Running])],
              case {maps:size(Partitions), 2 * length(Up) > length(Members)} of
                {0, true} -> case Suspended() of true -> <<"suspended">>; false -> Take() end;
                {0, false} -> <<"minority">>;
                _ -> <<"partitioned">> end end
            """
    }
}

/// The lease without which no agent writes what concerns the cluster: a global runtime parameter that is changed by
/// compare-and-set under Erlang's own lock over all members. Of six callers at once, one takes it (tried on 3.10.8, and
/// on 4.0.5 with Mnesia and with Khepri). It is taken in the same call as what it guards, so that a stale holder can't
/// write; its generation tells holders apart.
public struct Lease: Hashable, Sendable {
    /// The host that wants to write.
    public let holder: String
    /// How long nobody else may, counted by the clock of the node that is asked.
    public let seconds: Int
    /// The parameter that it is.
    public let name: String
    /// Shown to people who meet it; nil for nothing.
    public let why: String?

    public init(holder: String, seconds: Int = 30, name: String = Lease.parameter, why: String? = nil) {
        self.holder = holder
        self.seconds = seconds
        self.name = name
        self.why = why
    }

    /// The name of the parameter that guards writing.
    public static let parameter = GlobalParameterKind.lease
}

/// Takes the lease, or says who has it.
enum LeaseScript {
    static func taking(_ lease: Lease) -> String {
        let why = lease.why.map { ", <<\"why\">> => \(ErlangScript.binary($0))" } ?? ""
        return """
            fun() ->
              Me = \(ErlangScript.binary(lease.holder)), Now = erlang:system_time(second),
              Set = fun(Generation) ->
                rabbit_runtime_parameters:set_global('\(lease.name)', #{<<"holder">> => Me,
                  <<"generation">> => Generation, <<"expires">> => Now + \(lease.seconds)\(why)}, User), ok end,
              Compare = fun() ->
                case rabbit_runtime_parameters:value_global('\(lease.name)') of
                  #{<<"holder">> := Me, <<"generation">> := G, <<"expires">> := E} ->
                    case E - Now > \(lease.seconds / 2) of true -> ok; false -> Set(G) end;
                  #{<<"holder">> := Other, <<"expires">> := E} when E > Now, Other =/= Me -> <<"lease ", Other/binary>>;
                  #{<<"generation">> := G} -> Set(G + 1);
                  _ -> Set(1) end end,
              case global:trans({warren_lease, self()}, Compare, [node() | nodes()], 5) of
                aborted -> <<"lease another agent">>; Result -> Result end end
            """
    }
}
