import ClusterModel

/// What makes a node a member, or ends that. Each runs whole inside the node, also when Warren is killed meanwhile.
enum MembershipScript {
    /// A node that holds anything is not joined to another one, as that discards all that it holds.
    static func join(seed: String, nodeType: Host.NodeType) -> ErlangScript {
        ErlangScript(
            "join",
            body: """
                \(taking),
                \(counting),
                case {rabbit_amqqueue:count(), [U || U <- rabbit_definitions:list_users(), maps:get(<<"name">>, U) =/= <<"guest">>],
                      [V || V <- rabbit_vhost:list_names(), V =/= <<"/">>],
                      maps:get(disk_nodes, Cluster()) ++ maps:get(ram_nodes, Cluster())} of
                  {0, [], [], [_]} ->
                    Seed = binary_to_atom(\(ErlangScript.binary(seed)), utf8),
                    StopsItself = erlang:function_exported(rabbit_db_cluster, join, 2),
                    Join = fun() ->
                      case StopsItself of
                        true -> {rabbit_db_cluster:join(Seed, \(nodeType.rawValue)), ok};
                        false -> {rabbit_mnesia:join_cluster(Seed, \(nodeType.rawValue)), Boot(3)} end end,
                    Result = case {Unled(Seed), Uncounted(Seed)} of
                      {[], [Name | _]} ->
                        <<(Words(Name))/binary, ", which counts on a replica here, could not do without it">>;
                      {[], []} ->
                        StopsItself orelse (ok = rabbit:stop()),
                        case OneByOne(Seed, Join, 300) of
                          {Joined, Booting} -> case Settled(Booting, 3) of ok -> Joined; Failed -> Failed end;
                          busy -> StopsItself orelse rabbit:start(), <<"another node joins the cluster">> end;
                      {[Name | _], _} ->
                        <<(Words(Name))/binary, ", which counts on a replica here, has no leader yet">> end,
                    Print("0", case Result of ok -> <<"ok">>; {ok, _} -> <<"ok">>; _ when is_binary(Result) -> Result;
                      Other -> Term(Other) end);
                  {Queues, Users, Vhosts, Members} ->
                    Count = fun(N, What) -> [integer_to_binary(N), " ", What, ", "] end,
                    Print("0", ["holds ", Count(Queues, "queues"), Count(length(Users), "users"),
                      Count(length(Vhosts), "vhosts"), "in a cluster of ", integer_to_binary(length(Members))])
                end
                """)
    }

    /// Binds `OneByOne`, `Boot` and `Settled`.
    ///
    /// Mnesia's schema does not survive that two nodes join at once, or that one joins while another one makes its tables:
    /// the schema then has a node twice, and one of the two does not come up again ("Failed to merge schema", 3.10.8). So a
    /// node joins and makes its tables under a lock of the seed, which ends with the process that took it; it stops, which takes
    /// 3.10.8 five seconds, before it asks for the lock, and starts its plugins beside the next node. That fails now and then, as the shovel plugin of 3.10.8 asks a supervisor on another node
    /// that is on its way up too: then it is started again.
    private static let taking = """
        OneByOne = fun Take(Seed, Do, Tries) ->
          case global:set_lock({warren_join, self()}, [Seed], 0) of
            true -> try Do() after global:del_lock({warren_join, self()}, [Seed]) end;
            false when Tries > 1 -> timer:sleep(100), Take(Seed, Do, Tries - 1);
            false -> busy end end,
        Down = fun(normal) -> ok; (Why) -> {error, Why} end,
        Ended = fun(Booting) when is_reference(Booting) -> receive {'DOWN', Booting, process, _, Why} -> Down(Why) end;
          (Over) -> Over end,
        Core = fun Wait(Booting) ->
          receive {'DOWN', Booting, process, _, Why} -> Down(Why) after 50 ->
            case lists:member(rabbit_boot_state:get(), [core_started, ready]) of true -> Booting; false -> Wait(Booting) end
          end end,
        Settled = fun Retry(Booting, Tries) ->
          case Ended(Booting) of
            {error, _} when Tries > 1 ->
              timer:sleep(2000), {_, Next} = spawn_monitor(fun() -> ok = rabbit:start() end), Retry(Next, Tries - 1);
            Over -> Over end end,
        Boot = fun Again(Tries) ->
          {_, Booting} = spawn_monitor(fun() -> ok = rabbit:start() end),
          case Core(Booting) of {error, _} when Tries > 1 -> timer:sleep(1000), Again(Tries - 1); Last -> Last end end
        """

    /// Binds `Words`, `Unled` and `Uncounted`.
    ///
    /// `Unled`: the quorum queues of the seed's cluster that count on a replica on this blank node, and have no leader
    /// although a majority of their other replicas is up.
    ///
    /// After a recovery without a majority, such a queue gets its majority from the first blank node that joins, and the
    /// replica with the messages is elected. Two blank ones at once would be a majority that may elect an empty one
    /// (facts/failure-modes §0.3), so that the second waits for the leader.
    ///
    /// `Uncounted` takes the replica on this blank node out of each queue that goes on without it, where whoever forgot the
    /// node could not, and gives those where that failed: else it would vote without the messages that it had
    /// confirmed (found by the simulator). The lead gives them their replicas back.
    private static let counting = """
        Words = fun({resource, V, queue, N}) -> <<"the quorum queue ", V/binary, "/", N/binary>> end,
        Leader = fun(From, Q) -> {Ra, _} = amqqueue:get_pid(Q), rpc:call(From, ra_leaderboard, lookup_leader, [Ra]) end,
        Counting = fun(From) ->
          Up = case rpc:call(From, rabbit_nodes, list_running, []) of
            {badrpc, _} -> rpc:call(From, rabbit_nodes, all_running, []);
            Running -> Running end,
          [Q || Q <- rpc:call(From, rabbit_amqqueue, list, []),
            amqqueue:get_type(Q) =:= rabbit_quorum_queue, Nodes <- [maps:get(nodes, amqqueue:get_type_state(Q), [])],
            lists:member(node(), Nodes), 2 * length([M || M <- Nodes, lists:member(M, Up)]) > length(Nodes)] end,
        Unled = fun(From) -> [amqqueue:get_name(Q) || Q <- Counting(From), Leader(From, Q) =:= undefined] end,
        Uncounted = fun(From) ->
          [Name || Q <- Counting(From), Leader(From, Q) =/= undefined, {resource, V, queue, N} = Name <- [amqqueue:get_name(Q)],
            rpc:call(From, rabbit_quorum_queue, delete_member, [V, N, node()]) =/= ok] end
        """

    /// What a node holds that therefore was not joined; nil where the record of `join` says something else.
    static func holding(in record: String) -> String? {
        record.hasPrefix("holds ") ? String(record.dropFirst("holds ".count)).printable : nil
    }

    /// Binds `Leave`: drains a member, moves the replicas of its queues, stops and forgets it. Needs `Cluster`.
    ///
    /// Forgetting a node deletes the classic queues that are on it alone (facts/failure-modes §0), so that one which has
    /// such a queue, or a replica without which a queue had no majority, is kept. A replica that is added is complete
    /// before the other one goes: Raft commits the change of members only on a majority of those that stay.
    static let leaving = """
        Leave = fun(Name, Wanted) ->
          Node = binary_to_atom(Name, utf8),
          #{running_nodes := Running} = Cluster(),
          IsUp = lists:member(Node, Running),
          Rest = [N || N <- Running, N =/= Node, lists:member(atom_to_binary(N, utf8), Wanted)],
          Queues = rabbit_amqqueue:list(),
          Id = fun(Q) -> {resource, V, queue, N} = amqqueue:get_name(Q), {V, N} end,
          Nodes = fun(Q) -> maps:get(nodes, amqqueue:get_type_state(Q), []) end,
          On = fun(Type) -> [Q || Q <- Queues, amqqueue:get_type(Q) =:= Type, lists:member(Node, Nodes(Q))] end,
          Mirrors = fun(Q) -> try amqqueue:get_sync_slave_pids(Q) catch error:undef -> [] end end,
          IsOnly = fun(Q) ->
            Pid = amqqueue:get_pid(Q),
            is_pid(Pid) andalso node(Pid) =:= Node andalso [P || P <- Mirrors(Q), node(P) =/= Node] =:= [] end,
          Classic = [Id(Q) || Q <- Queues, amqqueue:get_type(Q) =:= rabbit_classic_queue, amqqueue:is_durable(Q), IsOnly(Q)],
          Staying = fun(Q) -> [N || N <- Nodes(Q), lists:member(N, Rest)] end,
          Streams = [Id(Q) || Q <- On(rabbit_stream_queue), Staying(Q) =:= []],
          Quorum = [Id(Q) || Q <- On(rabbit_quorum_queue),
            2 * (length(Staying(Q)) + case IsUp of true -> 1; false -> 0 end) =< length(Nodes(Q))],
          Text = fun({V, N}) -> [V, $/, N] end,
          case {Classic, Streams, Quorum} of
            {[], [], []} ->
              IsUp andalso rpc:call(Node, rabbit_maintenance, drain, [], 60000),
              Move = fun(Q) ->
                {V, N} = Id(Q),
                case [R || R <- Rest, not lists:member(R, Nodes(Q))] of
                  [] -> ok;
                  [Next | _] -> rabbit_quorum_queue:add_member(V, N, Next, 30000) end,
                rabbit_quorum_queue:delete_member(V, N, Node) end,
              [Move(Q) || Q <- On(rabbit_quorum_queue)],
              [rabbit_stream_queue:delete_replica(V, N, Node) || Q <- On(rabbit_stream_queue), {V, N} <- [Id(Q)]],
              IsUp andalso rpc:call(Node, rabbit, stop, [], 60000),
              try rabbit_db_cluster:forget_member(Node, false)
              catch error:undef -> rabbit_mnesia:forget_cluster_node(Node, false) end;
            {[Queue | _], _, _} -> {kept, ["the classic queue ", Text(Queue), " is on it alone; move or delete it first"]};
            {_, [Queue | _], _} -> {kept, ["the stream ", Text(Queue), " has no other replica that runs; add one first"]};
            {_, _, [Queue | _]} ->
              {kept, ["without it, the quorum queue ", Text(Queue), " would have no majority; wait for its other replicas"]}
          end end
        """

    /// The call; prints one record.
    static func leave(_ member: String, of members: [String]) -> String {
        let wanted = members.map(ErlangScript.binary).joined(separator: ",")
        return """
            Print("0", try Leave(\(ErlangScript.binary(member)), [\(wanted)]) of
              ok -> <<"ok">>; {kept, Why} -> ["kept ", Why]; Other -> Term(Other) catch _:Reason -> Term(Reason) end)
            """
    }
}
