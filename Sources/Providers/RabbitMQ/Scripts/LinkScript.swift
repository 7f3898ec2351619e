import ClusterModel

/// Reads what each running node says of its federation links and shovels, in the process that reads all else.
///
/// On both versions `federation_status` tells of the contacted node alone, and on 3.x `shovel_status` too, so that every
/// node is asked. One whose plugin does not run has none.
enum LinkScript {
    /// Binds `Links`. What an error quotes is cut to what a person reads.
    ///
    /// A link that no node reports, as its plugin or supervisor ended, is known by what the plugin itself would make:
    /// `rabbit_federation_upstream:for/1` (its record: 3 and 4 are the names on the other side, 14 that of the upstream).
    /// Queues whose node is down have none.
    static let definitions = """
        Links = fun() ->
          #{running_nodes := Nodes} = Cluster(),
          Short = fun(T) -> unicode:characters_to_binary(string:slice(Term(T), 0, 400)) end,
          Ask = fun(Module) ->
            Read = fun
              ({_, {ok, Found}}) -> {Found, []};
              ({_, {error, {exception, undef, _}}}) -> {[], []};
              ({_, {exit, {exception, {noproc, _}}}}) -> {[], []};
              ({Node, _}) -> {[], [Node]} end,
            Answers = lists:zip(Nodes, erpc:multicall(Nodes, Module, status, [], 5000)),
            [{Node, Read(A)} || {Node, _} = A <- Answers] end,
          Federation = fun(Node, L) ->
            Get = fun(K) -> proplists:get_value(K, L, null) end,
            Type = Get(type),
            #{mover => Type, vhost => Get(vhost), name => Get(Type), upstream => Get(upstream),
              upstream_name => Get(case Type of exchange -> upstream_exchange; _ -> upstream_queue end),
              state => Get(status), error => case Get(error) of null -> null; E -> Short(E) end,
              node => Node, handle => Get(id)} end,
          Shovel = fun(Node, {V, N}, Info) ->
            {State, Error} = case Info of
              {terminated, Why} -> {terminated, Short(Why)};
              {Word, _} -> {Word, null};
              Word -> {Word, null} end,
            #{mover => shovel, vhost => V, name => N, state => State, error => Error, node => Node} end,
          Owed = fun() ->
            Upstreams = rabbit_runtime_parameters:list_component(<<"federation-upstream">>) =/= [],
            Row = fun(Type, {resource, V, _, N}, Place, XorQ, Node) ->
              [#{mover => Type, vhost => V, name => N, upstream => element(14, U), upstream_name => element(Place, U),
                state => absent, error => null, node => Node} || U <- rabbit_federation_upstream:for(XorQ)] end,
            IsInner = fun(Q) -> rabbit_misc:table_lookup(amqqueue:get_arguments(Q), <<"x-internal-purpose">>) =/= undefined end,
            Home = fun(Q) -> case amqqueue:get_pid(Q) of {_, N} -> N; Pid when is_pid(Pid) -> node(Pid); _ -> none end end,
            case Upstreams of false -> []; true -> lists:append(
              [Row(exchange, element(2, X), 3, X, null) || X <- rabbit_exchange:list(),
                element(4, element(2, X)) =/= <<>>, element(6, X) =/= true]
              ++ [Row(queue, amqqueue:get_name(Q), 4, Q, Home(Q)) || Q <- rabbit_amqqueue:list(),
                lists:member(Home(Q), Nodes), not IsInner(Q)]) end end,
          Federated = Ask(rabbit_federation_status),
          Shovels = Ask(rabbit_shovel_status),
          #{silent => lists:usort([N || {_, {_, Silent}} <- Federated ++ Shovels, N <- Silent]),
            links => try Owed() catch error:undef -> [] end
              ++ [Federation(Node, L) || {Node, {Found, _}} <- Federated, L <- Found]
              ++ [Shovel(Node, {V, N}, Info) || {Node, {Found, _}} <- Shovels, {{V, N}, dynamic, Info, _} <- Found]} end
        """

    /// Prints the record `links`. Needs `definitions`.
    static let call = #"PrintJSON("links", Links)"#
}

extension Link {
    /// Reads one of the record's list; nil where it is none.
    init?(script json: JSONValue) {
        guard let mover = json["mover"]?.string.flatMap(Mover.init), let vhost = json["vhost"]?.string,
            let name = json["name"]?.string, let word = json["state"]?.string
        else { return nil }
        let state: State = State(rawValue: word) ?? .down
        let node = json["node"]?.string
        let error: String? =
            switch state {
            case .running: nil
            case .absent: "no node of the cluster runs it"
            // A shovel that is refused says so nowhere but in the log.
            case .starting: "it has not connected yet; where it stays so, the log of \(node ?? "its node") says why"
            default: Self.words(json["error"]?.string ?? word)
            }
        self.init(
            mover, vhost: vhost, name: name, upstream: json["upstream"]?.string,
            upstreamName: json["upstream_name"]?.string, state: state,
            error: error, node: node, handle: json["handle"]?.string)
    }

    /// The error in one line.
    private static func words(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ").printable
    }
}
