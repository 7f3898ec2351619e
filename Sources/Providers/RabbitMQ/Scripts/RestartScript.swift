import ClusterModel
import ResourceKinds

/// The restart of one member, of which there is one at a time in the whole cluster. A lease, a global parameter as that
/// of writers, keeps it so; it is taken in the call that looks at the guards, on a member that goes on without this one.
enum RestartScript {
    /// What has to hold.
    enum Rule: Hashable, Sendable {
        /// A strict majority of the members has one view, and the node is not in it.
        case without
        /// The same, and the node is connected to them.
        case rejoining
        /// The witness runs alone, two members are paused, and this is the first of them that it reaches.
        case pausedFirst
        /// All members run with one view; no alarm is on, no other member is in maintenance, no queue needs the node, and
        /// no replica elsewhere is behind.
        case whole
    }

    /// For how long nobody else may restart a member.
    static let leaseSeconds = 300

    /// Prints one record: `ok`, or what is in the way.
    static func acquire(_ rule: Rule, node: String, members: [String], lease: Lease) -> ErlangScript {
        ErlangScript(
            "restart lease",
            parts: [
                "User = <<\"warren\">>", SuspensionScript.asking, "Take = \(LeaseScript.taking(lease))", viewing,
                ReplicaScript.definition, "Node = binary_to_atom(\(ErlangScript.binary(node)), utf8)",
                "Members = [binary_to_atom(M, utf8) || M <- [\(members.map(ErlangScript.binary).joined(separator: ","))]]",
                rules,
            ],
            body: """
                Print("0", try \(call(rule)) of
                  ok -> case Suspended() orelse Take() of
                    true -> <<"a person suspended the whole cluster">>; ok -> <<"ok">>; Held -> ["it has the ", Held] end;
                  Why -> Why
                  catch _:Reason -> Term(Reason) end)
                """)
    }

    /// Gives the lease back. Prints one record: `ok`, or `incomplete` while the node is not caught up.
    static func release(holder: String, of node: String, isCaughtUp: Bool) -> ErlangScript {
        let left = isCaughtUp ? "[]" : "[R || #{behind := B, silent := S} = R <- Rows(), lists:member(Node, B ++ S)]"
        return ErlangScript(
            "restart is over",
            parts: [
                "User = <<\"warren\">>", ReplicaScript.definition,
                "Node = binary_to_atom(\(ErlangScript.binary(node)), utf8)",
                "Rows = fun() -> #{rows := Rs} = Survey(), Rs end",
                """
                Clear = fun() ->
                  case rabbit_runtime_parameters:value_global('\(GlobalParameterKind.restartLease)') of
                    #{<<"holder">> := \(ErlangScript.binary(holder))} ->
                      rabbit_runtime_parameters:clear_global('\(GlobalParameterKind.restartLease)', User);
                    _ -> ok end end
                """,
            ],
            body: """
                Print("0", case \(left) of
                  [] -> case global:trans({warren_lease, self()}, Clear, [node() | nodes()], 20) of
                    ok -> <<"ok">>; Other -> Term(Other) end;
                  _ -> <<"incomplete">> end)
                """)
    }

    /// Binds `RunningOn`, the running members as one node sees them, sorted.
    private static let viewing = """
        {StatusModule, StatusFunction} = case code:ensure_loaded(rabbit_db_cluster) of
          {module, _} -> case erlang:function_exported(rabbit_db_cluster, cli_cluster_status, 0) of
            true -> {rabbit_db_cluster, cli_cluster_status}; false -> {rabbit_mnesia, status} end;
          _ -> {rabbit_mnesia, status} end,
        RunningOn = fun(N) ->
          lists:sort(proplists:get_value(running_nodes, erpc:call(N, StatusModule, StatusFunction, [], 10000), [])) end
        """

    /// Binds one fun for each rule.
    private static let rules = """
        Up = fun() -> [N || N <- RunningOn(node()), lists:member(N, Members)] end,
        IsMajority = fun(Ns) -> 2 * length(Ns) > length(Members) end,
        SeeTheSame = fun(Ns) -> Mine = RunningOn(node()), lists:all(fun(N) -> RunningOn(N) =:= Mine end, Ns) end,
        Without = fun() ->
          Now = Up(),
          case {lists:member(Node, Now), IsMajority(Now) andalso SeeTheSame(Now)} of
            {true, _} -> <<"the others see it running">>;
            {_, false} -> <<"no majority of the members has one view">>;
            _ -> ok end end,
        Rejoining = fun() ->
          case Without() of
            ok -> case net_kernel:connect_node(Node) of true -> ok; _ -> <<"the others do not reach it">> end;
            Why -> Why end end,
        IsPaused = fun(N) ->
          net_kernel:connect_node(N) =:= true andalso
            is_pid(try erpc:call(N, erlang, whereis, [rabbit_outside_app_process], 5000) catch _:_ -> undefined end) end,
        PausedFirst = fun() ->
          case {RunningOn(node()), [N || N <- Members, N =/= node(), IsPaused(N)]} of
            {[Alone], [Node, _ | _]} when Alone =:= node() -> ok;
            {[Alone], [First, _ | _]} when Alone =:= node() -> [atom_to_binary(First, utf8), " is restarted first"];
            {[Alone], _} when Alone =:= node() -> <<"fewer than two paused members are reached">>;
            _ -> <<"another member runs">> end end,
        Whole = fun() ->
          #{partitions := Partitions, alarms := Alarms} = Cluster(),
          Resting = [N || N <- Members, N =/= Node,
            (try rabbit_maintenance:is_being_drained_local_read(N) catch _:_ -> false end) =:= true],
          #{rows := Rows} = Survey(),
          Needed = [R || #{members := M, leader := L, good := G} = R <- Rows, lists:member(Node, M),
            L =:= null orelse case R of
              #{type := mirrored} -> G -- [Node] =:= [];
              _ -> 2 * length(G -- [Node]) =< length(M) end],
          Late = [R || #{behind := B, silent := S} = R <- Rows, (B ++ S) -- [Node] =/= []],
          Free = erpc:call(Node, rabbit_disk_monitor, get_disk_free, [], 5000),
          Limit = erpc:call(Node, rabbit_disk_monitor, get_disk_free_limit, [], 5000),
          Say = fun([#{vhost := V, name := Q} | _], What) -> ["the queue ", V, $/, Q, What] end,
          case {maps:size(Partitions), Members -- Up(), SeeTheSame(Members), Needed, Late, Free >= 2 * Limit} of
            {0, [], true, [], [], true} ->
              case {Alarms, Resting} of
                {[], []} -> ok;
                {[], [N | _]} -> [atom_to_binary(N, utf8), " is in maintenance"];
                _ -> <<"an alarm is on">> end;
            {0, [Down | _], _, _, _, _} -> [atom_to_binary(Down, utf8), " does not run"];
            {0, [], true, [_ | _], _, _} -> Say(Needed, " can't go on without it");
            {0, [], true, [], [_ | _], _} -> Say(Late, " is behind on another member");
            {0, [], true, [], [], false} -> <<"its disk is nearly full">>;
            _ -> <<"the members do not have one view">> end end
        """

    private static func call(_ rule: Rule) -> String {
        switch rule {
        case .without: "Without()"
        case .rejoining: "Rejoining()"
        case .pausedFirst: "PausedFirst()"
        case .whole: "Whole()"
        }
    }
}

/// What is done to the own node. Each runs whole inside it, also when Warren is killed meanwhile.
enum NodeScript {
    /// A stop of the application that hangs for a minute ends the virtual machine: then the service is started.
    private static let restarting = """
        Restart = fun() ->
          {_, Ref} = spawn_monitor(fun() -> rabbit:stop() end),
          receive {'DOWN', Ref, process, _, _} -> ok after 60000 -> erlang:halt(1, [{flush, false}]) end,
          rabbit:start() end
        """

    private static let ending = """
        ok -> <<"ok">>; {ok, _} -> <<"ok">>; {keeps, Why} -> ["keeps ", Why]; Other -> Term(Other)
          catch _:Reason -> Term(Reason) end)
        """

    static let restart = ErlangScript(
        "restart", parts: [restarting], body: "Print(\"0\", try Restart() of \(ending)")

    /// Where it alone holds messages and they are not to be discarded, it is left as it is.
    static func rejoin(witness: String, discards: Bool) -> ErlangScript {
        ErlangScript(
            "rejoin", parts: [restarting, holding(witness)],
            body: """
                Print("0", try case \(discards) orelse Holdings() of
                    true -> Restart();
                    [] -> Restart();
                    [#{vhost := V, name := N} | _] -> {keeps, ["the queue ", V, $/, N, " holds messages that no other member has"]} end of
                \(ending)
                """)
    }

    /// Of one that is stopped, and never of one that is paused: see safety rule 3.
    static func finish(members: [String]) -> ErlangScript {
        let names = members.map(ErlangScript.binary).joined(separator: ",")
        return ErlangScript(
            "finish a restart", in: .stopped,
            body: """
                Members = [binary_to_atom(M, utf8) || M <- [\(names)]],
                Up = [N || N <- Members, N =/= node(), net_kernel:connect_node(N) =:= true,
                  (try erpc:call(N, rabbit, is_running, [], 5000) catch _:_ -> false end) =:= true],
                Print("0", try case 2 * length(Up) > length(Members) of
                    true -> rabbit:start();
                    false -> {keeps, "no majority is connected"} end of
                \(ending)
                """)
    }

    /// Moves leaders away, lets no client in and closes the connections of those that are, as `rabbitmq-upgrade drain`
    /// does; a start of the node ends it.
    static let drain = ErlangScript(
        "drain", body: "Print(\"0\", try rabbit_maintenance:drain() of \(ending)")

    /// Ends the virtual machine of a paused node, whose application is stopped already. Without flushing: a connection to
    /// the node that can't be reached would keep it for minutes, with its name gone from the port mapper.
    static let halt = ErlangScript(
        "end a paused node", in: .paused,
        body: """
            spawn(fun() -> timer:sleep(500), erlang:halt(0, [{flush, false}]) end), Print("0", <<"ok">>)
            """)

    /// Prints `holdings`, and with `isWhole` also `definitions`.
    static func holdings(witness: String, isWhole: Bool) -> ErlangScript {
        ErlangScript(
            "look at a split", parts: (isWhole ? ObservationScript.parts : []) + [holding(witness)],
            body: (isWhole ? "PrintJSON(\"definitions\", fun() -> Definitions(false) end), " : "")
                + "PrintJSON(\"holdings\", Holdings)")
    }

    /// Binds `Holdings`: the queues with messages that the majority does not have, nor gets when this node is back. A
    /// durable classic queue that the majority knows to be here alone keeps what is persistent; what a quorum queue
    /// confirmed, a majority of its members has.
    private static func holding(_ witness: String) -> String {
        """
        Witness = binary_to_atom(\(ErlangScript.binary(witness)), utf8),
        Theirs = fun(Name) ->
          case erpc:call(Witness, rabbit_amqqueue, lookup, [Name], 5000) of {ok, Q} -> Q; _ -> none end end,
        MirrorsOf = fun(Q) -> try amqqueue:get_slave_pids(Q) catch error:undef -> [] end end,
        IsHome = fun(Q) -> P = amqqueue:get_pid(Q), is_pid(P) andalso node(P) =:= node() end,
        Count = fun(Q) ->
          try rabbit_amqqueue:info(Q, [messages, messages_persistent]) of
            [{_, All}, {_, Persistent}] when is_integer(All), is_integer(Persistent) -> {All, Persistent};
            [{_, All}, _] when is_integer(All) -> {All, 0};
            _ -> {1, 0}
          catch _:_ -> {1, 0} end end,
        Alone = fun(Q) ->
          {All, Persistent} = Count(Q),
          case {amqqueue:get_type(Q), Theirs(amqqueue:get_name(Q))} of
            {_, none} -> All;
            {rabbit_classic_queue, Other} ->
              case amqqueue:is_durable(Other) andalso IsHome(Other) andalso MirrorsOf(Other) =:= [] andalso MirrorsOf(Q) =:= [] of
                true -> All - Persistent;
                false -> All end;
            _ -> 0 end end,
        Holdings = fun() ->
          [#{vhost => V, name => N, messages => M} || Q <- rabbit_amqqueue:list(),
            amqqueue:get_type(Q) =/= rabbit_classic_queue orelse IsHome(Q),
            M <- [Alone(Q)], M > 0, {resource, V, queue, N} <- [amqqueue:get_name(Q)]] end
        """
    }
}

extension BrokerTools {
    /// The messages that this node, which is split off, alone holds; nil where that could not be read.
    ///
    /// - Parameter witness: a member of the majority.
    public func splitHoldings(besides witness: String) async -> SplitHoldings? {
        guard let records = try? await evaluate(NodeScript.holdings(witness: witness, isWhole: false)),
            let queues = records["holdings"].flatMap({ try? JSONValue(parsing: $0) })?.array
        else { return nil }
        return SplitHoldings(
            messages: queues.reduce(0) { $0 + ($1["messages"]?.integer ?? 1) },
            queues: queues.prefix(20).compactMap { queue in
                guard let vhost = queue["vhost"]?.string, let name = queue["name"]?.string else { return nil }
                return ResourceID("queue", vhost: vhost, name: name)
            })
    }
}
