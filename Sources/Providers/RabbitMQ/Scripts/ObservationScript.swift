/// Reads the broker: its definitions, its cluster, and what its members hold of each queue.
///
/// The broker's own `export_definitions` would need a process beside that of `cluster_status`, and fails on 3.8 to
/// 3.13.4 as soon as one federation-upstream-set exists: a parameter whose value is a list crashes it; on 4.0.5 one
/// whose value is a number does. What is called here are the exported functions that it is made of.
enum ObservationScript {
    static func script(beyondExport: Bool) -> ErlangScript {
        ErlangScript("observe", parts: parts, body: call(beyondExport: beyondExport))
    }

    /// The cluster alone.
    static let cluster = ErlangScript("look", body: #"PrintJSON("cluster", Cluster)"#)

    /// Prints the records `definitions`, `links`, `cluster` and `replicas`. Needs `parts`.
    static func call(beyondExport: Bool) -> String {
        #"""
        PrintJSON("definitions", fun() -> Definitions(\#(beyondExport)) end), \#(LinkScript.call),
        PrintJSON("cluster", fun() -> maps:put(messages, Counted(), Cluster()) end), \#(ReplicaScript.call)
        """#
    }

    /// What `call` needs.
    static let parts = [definitions, counting, LinkScript.definitions, ReplicaScript.definition]

    /// Binds `Counted`: about how many messages all queues hold, as each member counts those that it leads. A person who
    /// has lost all disks wants to know. A member that does not say so at once counts as none, and so do classic queues
    /// where no plugin wants statistics.
    private static let counting = """
        Counted = fun() ->
          Totals = [{{'_', '_', '_', '$1', '_'}, [], ['$1']}],
          {Answers, _} = rpc:multicall([node() | nodes()], ets, select, [queue_coarse_metrics, Totals], 2000),
          lists:sum([N || List <- Answers, is_list(List), N <- List, is_integer(N)]) end
        """

    /// Binds `Definitions`. An atom for null is `null` where JSON was decoded inside the broker, and `nil` where a tool
    /// decoded it.
    private static let definitions = """
        Spell = fun Spell(nil) -> null;
          Spell({K, V}) -> {K, Spell(V)};
          Spell(L) when is_list(L) -> [Spell(E) || E <- L];
          Spell(M) when is_map(M) -> maps:map(fun(_, V) -> Spell(V) end, M);
          Spell(V) -> V end,
        Name = fun(N) when is_atom(N) -> atom_to_binary(N, utf8); (N) -> N end,
        Internal = fun(X) ->
          Info = maps:from_list(rabbit_exchange:info(X, [name, type, durable, auto_delete, internal, arguments])),
          {resource, V, exchange, N} = maps:get(name, Info),
          Info#{name => N, vhost => V, arguments => maps:from_list([{K, A} || {K, _, A} <- maps:get(arguments, Info)])}
        end,
        Definitions = fun(BeyondExport) ->
          Exchanges = case BeyondExport of
            true -> [E || X <- rabbit_exchange:list(), E <- [Internal(X)], maps:get(internal, E)];
            false -> [] end,
          #{users => rabbit_definitions:list_users(), vhosts => rabbit_definitions:list_vhosts(),
            permissions => rabbit_definitions:list_permissions(),
            topic_permissions => rabbit_definitions:list_topic_permissions(),
            policies => rabbit_definitions:list_policies(), exchanges => rabbit_definitions:list_exchanges() ++ Exchanges,
            queues => rabbit_definitions:list_queues(), bindings => rabbit_definitions:list_bindings(),
            global_parameters => [#{name => Name(N), value => Spell(V)}
              || #{<<"name">> := N, <<"value">> := V} <- rabbit_definitions:list_global_runtime_parameters()],
            parameters => [maps:from_list(Spell(P)) || P <- rabbit_runtime_parameters:list()]} end
        """
}
