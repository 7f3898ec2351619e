/// What brings a member back whose disk was lost.
enum ReplacementScript {
    /// Binds `Forget`. Needs `Cluster` and `ReplicaScript.definition`.
    ///
    /// A node that was started to join answers before it is a member, so that one that answers any of the running members is
    /// never forgotten: this one may not reach it. Up to
    /// 4.2.5 RabbitMQ takes the replicas out of their queues only after it forgot the node: here they go first, and each
    /// by a majority of those that stay.
    static let forgetting = """
        Forget = fun(Name) ->
          Node = binary_to_atom(Name, utf8),
          #{running := Running, rows := Rows} = Survey(),
          Others = [R || #{members := M, leader := L, behind := B, silent := S} = R <- Rows, M =/= [Node],
            L =:= null orelse B =/= [] orelse S =/= []],
          Reached = [N || N <- Running, N =/= node(), lists:member(Node, erpc:call(N, erlang, nodes, [], 5000))],
          case {lists:member(Node, Running) orelse Reached =/= [] orelse net_kernel:connect_node(Node) =:= true, Others} of
            {true, _} -> {awaits, "its node answers"};
            {_, [#{vhost := V, name := N} | _]} -> {awaits, ["not all replicas of the queue ", V, $/, N, " are complete"]};
            _ ->
              Held = [{T, V, N} || #{type := T, vhost := V, name := N, members := M} <- Rows, lists:member(Node, M), M =/= [Node]],
              [ok = rabbit_quorum_queue:delete_member(V, N, Node) || {quorum, V, N} <- Held],
              [rabbit_stream_queue:delete_replica(V, N, Node) || {stream, V, N} <- Held],
              try rabbit_db_cluster:forget_member(Node, false)
              catch error:undef -> rabbit_mnesia:forget_cluster_node(Node, false) end end end
        """

    /// Prints one record.
    static func forget(_ member: String) -> String { ending("Forget(\(ErlangScript.binary(member)))") }

    /// Binds `Grow`. What takes longer than a minute is left to the next run. Needs `ReplicaScript.definition`.
    static let growing = """
        Grow = fun(Name) ->
          Node = binary_to_atom(Name, utf8),
          End = erlang:monotonic_time(second) + 60,
          Add = fun(#{type := quorum, vhost := V, name := N}) -> rabbit_quorum_queue:add_member(V, N, Node, 30000);
            (#{vhost := V, name := N}) -> rabbit_stream_queue:add_replica(V, N, Node) end,
          #{grow := Rows, said := Said} = Survey(),
          Results = case Said of
            #{Node := _} -> [Add(R) || {R, Next} <- Rows, Next =:= Node, erlang:monotonic_time(second) < End];
            _ -> [{error, node_not_ready}] end,
          case [R || R <- Results, R =/= ok, not is_tuple(R) orelse element(1, R) =/= ok] of
            [] -> ok;
            [{error, Why} | _] when Why =:= node_not_ready; Why =:= node_not_running; Why =:= timeout; Why =:= cluster_change_not_permitted ->
              {awaits, Term(Why)};
            [Bad | _] -> Bad end end
        """

    /// Prints one record.
    static func grow(_ member: String) -> String { ending("Grow(\(ErlangScript.binary(member)))") }

    /// Prints one record.
    static let rebalance = ending(#"rabbit_amqqueue:rebalance(quorum, ".*", ".*")"#)

    private static func ending(_ call: String) -> String {
        """
        Print("0", try \(call) of
          ok -> <<"ok">>; {ok, _} -> <<"ok">>; {awaits, Why} -> ["awaits ", Why]; Other -> Term(Other)
          catch _:Reason -> Term(Reason) end)
        """
    }
}
