import ClusterModel

/// Deletes several objects in one `eval`, each with its own result.
enum RemovalScript {
    /// A script that prints one line for each removal, see `ScriptResult`. Removals of one expression share a fun.
    static func text(for removals: [Removal]) -> String {
        var groups: [(expression: String, parameters: [String], items: [(Int, [String])])] = []
        for (index, removal) in removals.enumerated() {
            if let last = groups.indices.last, groups[last].expression == removal.expression {
                groups[last].items.append((index, removal.arguments))
            } else {
                groups.append((removal.expression, removal.parameters, [(index, removal.arguments)]))
            }
        }
        let calls = groups.map { group in
            let items = group.items.map { index, arguments in
                "{\(index),[\(arguments.map(binary).joined(separator: ","))]}"
            }
            let parameters = group.parameters.joined(separator: ",")
            return "Run(fun([\(parameters)]) ->\n  \(group.expression)\nend, [\n  \(items.joined(separator: ",\n  "))])"
        }
        return """
            User = <<"warren">>,
            Text = fun(T) -> iolist_to_binary(io_lib:format("~0tp", [T])) end,
            Try = fun(F, A) ->
              try F(A) of ok -> <<"ok">>; {ok, _} -> <<"ok">>; Other -> iolist_to_binary(Text(Other))
              catch _:Reason -> iolist_to_binary(Text(Reason)) end end,
            Run = fun(F, Items) -> [
              io:put_chars(["WARREN ", integer_to_list(I), " ", base64:encode(Try(F, A)), "\\n"]) || {I, A} <- Items] end,
            \(calls.joined(separator: ",\n")),
            ok.

            """
    }

    /// Bytes as they are where they are harmless, else as numbers: no character of a name can end the literal.
    static func binary(_ text: String) -> String {
        text.utf8.allSatisfy(isPlain)
            ? "<<\"\(text)\">>" : "<<\(text.utf8.map(String.init).joined(separator: ","))>>"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: " "):
            true
        default: false
        }
    }
}

/// What `export_definitions` should have printed, assembled inside the broker.
///
/// From 3.8 to 3.13.4 the export fails as soon as one federation-upstream-set exists (facts, seen on 3.10.8): a
/// parameter whose value is a list crashes it; on 4.0.5 one whose value is a number does. The parts that do not crash
/// are the same exported functions. Atoms are spelled as the tool spells them, which takes `nil` for null.
enum DefinitionsScript {
    static let text = """
        Spell = fun Spell(nil) -> null;
          Spell(null) -> <<"null">>;
          Spell({K, V}) -> {K, Spell(V)};
          Spell(L) when is_list(L) -> [Spell(E) || E <- L];
          Spell(M) when is_map(M) -> maps:map(fun(_, V) -> Spell(V) end, M);
          Spell(V) -> V end,
        Name = fun(N) when is_atom(N) -> atom_to_binary(N, utf8); (N) -> N end,
        Definitions = #{
          users => rabbit_definitions:list_users(), vhosts => rabbit_definitions:list_vhosts(),
          permissions => rabbit_definitions:list_permissions(),
          topic_permissions => rabbit_definitions:list_topic_permissions(),
          policies => rabbit_definitions:list_policies(), exchanges => rabbit_definitions:list_exchanges(),
          queues => rabbit_definitions:list_queues(), bindings => rabbit_definitions:list_bindings(),
          global_parameters => [#{name => Name(N), value => Spell(V)}
            || #{<<"name">> := N, <<"value">> := V} <- rabbit_definitions:list_global_runtime_parameters()],
          parameters => [maps:from_list(Spell(P)) || P <- rabbit_runtime_parameters:list()]},
        io:put_chars(["WARREN 0 ", base64:encode(iolist_to_binary(rabbit_json:encode(Definitions))), "\\n"]),
        ok.

        """
}

/// The exchanges that `export_definitions` leaves out, in the form of a definitions document.
enum InternalExchangesScript {
    static let text = """
        Exchange = fun(X) ->
          Info = maps:from_list(rabbit_exchange:info(X, [name, type, durable, auto_delete, internal, arguments])),
          {resource, V, exchange, N} = maps:get(name, Info),
          Info#{name => N, vhost => V, arguments => maps:from_list([{K, A} || {K, _, A} <- maps:get(arguments, Info)])}
        end,
        Exchanges = [E || X <- rabbit_exchange:list(), E <- [Exchange(X)], maps:get(internal, E)],
        Definitions = #{exchanges => Exchanges},
        io:put_chars(["WARREN 0 ", base64:encode(iolist_to_binary(rabbit_json:encode(Definitions))), "\\n"]),
        ok.

        """
}
