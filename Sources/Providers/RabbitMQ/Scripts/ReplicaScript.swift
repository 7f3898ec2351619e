/// What the members hold of queues that have replicas.
///
/// Each running member is asked once, all in parallel, for all its replicas: RabbitMQ's own `quorum_status` asks for one
/// queue at a time, and its health checks tell neither a replica that is behind nor one whose process is gone
/// (facts/failure-modes §0.5). A leader knows by log index how far each replica is: 20 µs for a queue (3.10.8, 4.0.5).
enum ReplicaScript {
    /// The call; prints one record. Needs `definition`.
    static let call = #"PrintJSON("replicas", Replicas)"#

    /// Binds `Survey`, what is so of every queue, and `Replicas`, which is cut to what a reading needs.
    ///
    /// A replica is behind when it lacks what its leader had committed at the first of two looks, which are 200 ms apart
    /// where one is: a queue in use is behind for some milliseconds all the time.
    static let definition = """
        \(collecting),
        \(judging),
        Survey = fun() ->
          #{disk_nodes := Disc, ram_nodes := Ram} = Cluster(),
          Running = try rabbit_nodes:list_running() catch error:undef -> rabbit_nodes:all_running() end,
          All = Disc ++ Ram,
          Down = case All -- Running of [] -> [];
            _ -> [Q || V <- rabbit_vhost:list_names(), Q <- rabbit_amqqueue:list_down(V)] end,
          Queues = [Q || Q <- rabbit_amqqueue:list() ++ Down, amqqueue:is_durable(Q)],
          Typed = fun(Type) -> [Q || Q <- Queues, amqqueue:get_type(Q) =:= Type] end,
          Logged = Typed(rabbit_quorum_queue) ++ Typed(rabbit_stream_queue),
          Classic = [{Q, node(amqqueue:get_pid(Q)), Mirrors(Q)} || Q <- Typed(rabbit_classic_queue), is_pid(amqqueue:get_pid(Q))],
          Look = fun() -> case Logged of [] -> #{}; _ -> Collected(Running) end end,
          First = Look(),
          Judged = [Judge(Q, First, First, length(All)) || Q <- Logged],
          Twice = case [1 || #{behind := [_ | _]} <- Judged] of
            [] -> Judged;
            _ -> timer:sleep(200), Now = Look(), [Judge(Q, First, Now, length(All)) || Q <- Logged] end,
          Rows = Twice ++ [MirrorRow(Q, Home, M, Running) || {Q, Home, M} <- Classic, M =/= []],
          #{running => Running, all => All, said => First, rows => Rows, classic => Classic,
            grow => [{R, Next} || {R, [Next | _]} <- Wanting(Rows, Running, length(All))]} end,
        Replicas = fun() ->
          #{running := Running, all := All, said := Said, rows := Rows, classic := Classic, grow := Grow} = Survey(),
          Brief = fun(Rs) -> #{count => length(Rs),
            queues => [maps:with([vhost, name, type], R) || R <- lists:sublist(Rs, 20)]} end,
          OnEach = fun(Nodes, Of) -> maps:from_list([{N, Brief(Of(N))} || N <- Nodes]) end,
          Troubled = [R || #{behind := B, silent := S, leader := L} = R <- Rows, B =/= [] orelse S =/= [] orelse L =:= null],
          #{queues => length(Rows), troubled => #{count => length(Troubled),
              queues => [maps:without([wanted, good], R) || R <- lists:sublist(Troubled, 200)]},
            leaders => maps:from_list([{N, length([1 || #{type := quorum, leader := L} <- Rows, L =:= N])} || N <- Running]),
            uptimes => maps:map(fun(_, {Seconds, _, _}) -> Seconds end, Said),
            critical => OnEach(Running, fun(N) -> [R || R <- Rows, IsCritical(N, R)] end),
            lacking => OnEach(Running, fun(N) -> [R || {R, Next} <- Grow, Next =:= N] end),
            only_on => OnEach(All, fun(N) -> [Row(Q, classic, [N]) || {Q, Home, []} <- Classic, Home =:= N] end)} end
        """

    /// Binds `Collected`: how long each node has been up, in seconds, and what its replicas say, by name; a node that still
    /// boots says nothing, although RabbitMQ counts it as running. The text is evaluated on each member, as functions do
    /// not travel between releases of Erlang.
    private static let collecting = """
        {ok, OnMember, _} = erl_scan:string("
          Leads = fun(Name) ->
            {status, _, _, [_, _, _, _, Misc]} = sys:get_status({Name, node()}, 2000),
            {_, #{commit_index := Commit, cluster := Peers}} = lists:keyfind(ra_server_state, 1, Misc),
            IsVoter = fun(P) -> case maps:get(voter_status, P, #{}) of #{membership := M} -> M =:= voter; _ -> true end end,
            {leader, Commit, maps:from_list([{N, {maps:get(match_index, P), IsVoter(P)}}
              || {{_, N}, P} <- maps:to_list(Peers)])} end,
          Raft = [{Name, case element(2, Row) of
              leader -> try Leads(Name) catch _:_ -> unclear end;
              follower -> follower;
              _ -> unclear end}
            || Row <- ets:tab2list(ra_state), Name <- [element(1, Row)], whereis(Name) =/= undefined],
          Streams = [{Name, case Type of
              osiris_writer -> {leader, maps:get(committed_offset, C, -1), #{}};
              _ -> {replica, maps:get(offset, C, -1)} end}
            || {{Type, Name}, C} <- maps:to_list(osiris_counters:overview()), lists:member(Type, [osiris_writer, osiris_replica])],
          ready = rabbit_boot_state:get(),
          {element(1, erlang:statistics(wall_clock)) div 1000, maps:from_list(Raft), maps:from_list(Streams)}."),
        {ok, Forms} = erl_parse:parse_exprs(OnMember),
        Collected = fun(Nodes) ->
          Answers = erpc:multicall(Nodes, erl_eval, exprs, [Forms, []], 5000),
          maps:from_list([{N, Value} || {N, {ok, {value, Value, _}}} <- lists:zip(Nodes, Answers)]) end
        """

    /// Binds what is said of one queue: `Judge`, `MirrorRow`, `IsCritical`, and `Wanting`, the queues that have fewer
    /// replicas than they were declared with, and whose replicas are complete, each with the nodes that could take one, the
    /// emptiest first. Where RabbitMQ itself adds replicas, none is wanting.
    private static let judging = """
        Row = fun(Q, Type, Members) ->
          {resource, V, queue, N} = amqqueue:get_name(Q),
          #{vhost => V, name => N, type => Type, members => Members, leader => null, behind => [], silent => [],
            good => [], wanted => 0} end,
        Size = fun(Q, Key, Default) ->
          case rabbit_misc:table_lookup(amqqueue:get_arguments(Q), Key) of {_, Size} -> Size; undefined -> Default end end,
        Judge = fun(Q, First, Now, Count) ->
          {Type, Place, Key, Wanted} = case amqqueue:get_type(Q) of
            rabbit_quorum_queue -> {quorum, 2, element(1, amqqueue:get_pid(Q)),
              Size(Q, <<"x-quorum-initial-group-size">>, application:get_env(rabbit, quorum_cluster_size, 3))};
            _ -> {stream, 3, amqqueue:get_name(Q), Size(Q, <<"x-initial-cluster-size">>, Count)} end,
          Members = case maps:get(nodes, amqqueue:get_type_state(Q), []) of
            L when is_list(L) -> L; M -> maps:keys(M) end,
          Said = fun(N, Look) -> case Look of #{N := Answer} -> maps:get(Key, element(Place, Answer), none); _ -> unheard end end,
          Leading = fun(Look) -> [{N, C, P} || N <- Members, {leader, C, P} <- [Said(N, Look)]] end,
          case Leading(Now) of
            [{Leader, Committed, Peers} | _] ->
              Commit = case Leading(First) of [{Leader, Before, _} | _] -> Before; _ -> Committed end,
              State = fun(N) when N =:= Leader -> good; (N) ->
                case {Said(N, Now), Peers} of
                  {unheard, _} -> unheard;
                  {none, _} -> silent;
                  {{replica, Offset}, _} when Offset >= Commit -> good;
                  {follower, #{N := {Match, true}}} when Match >= Commit -> good;
                  _ -> behind end end,
              In = fun(Wish) -> [N || N <- Members, State(N) =:= Wish] end,
              (Row(Q, Type, Members))#{leader => Leader, good => In(good), behind => In(behind), silent => In(silent),
                wanted => Wanted};
            [] -> (Row(Q, Type, Members))#{wanted => Wanted, silent => [N || N <- Members, Said(N, Now) =:= none]} end end,
        Mirrors = fun(Q) -> try [node(P) || P <- amqqueue:get_slave_pids(Q)] catch error:undef -> [] end end,
        MirrorRow = fun(Q, Home, Nodes, Running) ->
          Synced = [node(P) || P <- amqqueue:get_sync_slave_pids(Q)],
          Up = [N || N <- Nodes, lists:member(N, Running)],
          (Row(Q, mirrored, [Home | Nodes]))#{leader => case lists:member(Home, Running) of true -> Home; false -> null end,
            good => [Home | [N || N <- Up, lists:member(N, Synced)]], behind => Up -- Synced} end,
        IsCritical = fun(N, #{members := Members, leader := null}) -> lists:member(N, Members);
          (N, #{type := mirrored, good := Good}) -> Good =:= [N];
          (N, #{members := Members, good := Good}) ->
            lists:member(N, Good) andalso 2 * (length(Good) - 1) =< length(Members) end,
        Wanting = fun(Rows, Running, Count) ->
          Held = maps:from_list([{N, length([1 || #{members := M} <- Rows, lists:member(N, M)])} || N <- Running]),
          IsAutomatic = application:get_env(rabbit, quorum_membership_reconciliation_enabled, false) =:= true,
          [{R, [N || {_, N} <- lists:sort([{maps:get(N, Held), N} || N <- Running -- M])]}
            || not IsAutomatic, #{members := M, wanted := W, leader := L, behind := [], silent := []} = R <- Rows,
            L =/= null, M -- Running =:= [], length(M) < min(W, Count)] end
        """
}
