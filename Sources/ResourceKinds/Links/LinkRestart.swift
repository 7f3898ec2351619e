import ClusterModel

/// The calls that start a link or shovel anew, on the node that has it.
enum LinkRestart {
    static func call(_ link: Resource) -> Removal {
        let node = link["node"]?.string ?? ""
        if let handle = link["handle"]?.string { return Removal(onNode(federation), ["Node": node, "Id": handle]) }
        let (vhost, name) = (link.id.vhost ?? "", link["of"]?.string ?? "")
        guard let upstream = link["upstream"]?.string else {
            return Removal(onNode(shovel), ["Node": node, "V": vhost, "N": name])
        }
        let type = link["mover"]?.string ?? ""
        return Removal(
            onNode(absentFederation), ["Node": node, "V": vhost, "N": name, "Type": type, "U": upstream])
    }

    /// In a process of that node: the lock of shovels is its holder's, and goes with it.
    private static func onNode(_ body: String) -> String {
        """
        begin
            On = case Node of <<>> -> node(); _ -> binary_to_existing_atom(Node, utf8) end,
            \(body)
          end
        """
    }

    /// What a changed parameter does. `rabbitmqctl restart_shovel` crashes on 3.10 while any shovel is starting, and on
    /// both versions knows none that no node runs.
    ///
    /// Where a member vanishes without a word, the plugin of 3.10 may end as a whole on all the others, as its clean-up of
    /// each minute asks that member (seen when a host lost its power). Nobody starts it again, so that this does.
    private static let shovel = """
        IsEnabled = fun(M) ->
              {ok, File} = rpc:call(M, application, get_env, [rabbit, enabled_plugins_file], 5000),
              Names = rpc:call(M, rabbit_plugins, read_enabled, [File], 5000),
              Wanted = [rabbitmq_shovel, rabbitmq_shovel_management], Wanted -- Names =/= Wanted end,
            #{running_nodes := Up} = Cluster(),
            [rpc:call(M, application, start, [rabbitmq_shovel], 30000) || M <- Up, IsEnabled(M)],
            case rabbit_runtime_parameters:value(V, <<"shovel">>, N) of
              not_found -> {error, not_found};
              Value -> rpc:call(On, rabbit_shovel_dyn_worker_sup_sup, adjust, [{V, N}, Value], 30000) end
        """

    /// A link that no node has: what a changed policy and a changed upstream do, which leaves alone what is there. The
    /// plugin's supervisors end for good with too many failures, and no application with them (3.10.8, 4.0.5).
    private static let absentFederation = """
        Revive = fun(M, Parent, Child) -> rpc:call(M, supervisor, restart_child, [Parent, Child], 30000) end,
            #{running_nodes := Up} = Cluster(),
            [[Revive(M, rabbit_sup, rabbit_federation_sup) | [Revive(M, rabbit_federation_sup, C) || C <- [status, x_links, q_links]]]
              || M <- Up],
            Find = fun(exchange, Name) -> rabbit_exchange:lookup(Name); (queue, Name) -> rabbit_amqqueue:lookup(Name) end,
            {What, Supervisor} = case Type of
              <<"exchange">> -> {exchange, rabbit_federation_exchange_link_sup_sup};
              <<"queue">> -> {queue, rabbit_federation_queue_link_sup_sup} end,
            case Find(What, rabbit_misc:r(V, What, N)) of
              {ok, XorQ} ->
                ok = rpc:call(On, Supervisor, start_child, [XorQ], 30000),
                rpc:call(On, Supervisor, adjust, [{upstream, U}], 30000);
              Other -> Other end
        """

    /// What `rabbitmqctl restart_federation_link` does.
    private static let federation = """
        case rpc:call(On, rabbit_federation_status, lookup, [Id], 5000) of
              Found when is_list(Found) ->
                rpc:call(On, rabbit_federation_link_sup, restart,
                  [proplists:get_value(K, Found) || K <- [supervisor, upstream]], 30000);
              Other -> Other end
        """
}
