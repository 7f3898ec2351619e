import Foundation

/// A text for `rabbitmqctl eval_file`, which evaluates it inside the broker's node.
///
/// `eval_file`, since `eval` on standard input hangs for ever on 4.x with any flag, and a script as an argument
/// would show its values to everyone (facts §0). It prints records, see `ScriptRecords`.
struct ErlangScript: Hashable, Sendable {
    private let start: String
    private let definitions: String
    private let body: String
    /// What the body takes by `Carried()`, as base64. It may hold secrets.
    let carried: String?

    /// What a node's application does.
    enum State: String { case running, stopped, paused }

    /// - Parameters:
    ///   - purpose: one word for people who meet the file.
    ///   - parts: definitions of funs; each is an expression without the comma that follows it.
    ///   - body: what runs where the node is in `state`. Elsewhere the state of the node is printed.
    init(
        _ purpose: String, parts: [String] = [], in state: State = .running, body: String,
        carrying carried: String? = nil
    ) {
        start = "%% warren: \(purpose)\n"
        definitions = ([Self.printing, ClusterScript.text] + parts).map { $0 + ",\n" }.joined()
        self.body = """
            case case {rabbit:is_running(), rabbit:is_booting()} of
                {true, _} -> running;
                {false, true} -> booting;
                {false, false} -> case whereis(rabbit_outside_app_process) of undefined -> stopped; _ -> paused end end of
              \(state.rawValue) -> \(body);
              Found -> Print("state", atom_to_binary(Found, utf8))
            end
            """
        self.carried = carried
    }

    /// For a process of its own. What it carries is a string, as the evaluator puts a binary together character by
    /// character, which takes longer than the import of a thousand policies.
    var alone: String { text(carried: "\"\(carried ?? "")\"", then: "ok") }

    /// For a process that waits for it: a line of base64, and a line with what it carries.
    var told: [UInt8] {
        let text = text(carried: #"string:trim(io:get_line(""))"#, then: "ok")
        return Array((Data(text.utf8).base64EncodedString() + "\n" + (carried.map { $0 + "\n" } ?? "")).utf8)
    }

    /// For a process that afterwards waits to be `told` other scripts, until its standard input ends. Where the tool was
    /// started with `-noinput` it ends, as it would wait for ever; before Erlang 26 that flag keeps no input away.
    var first: String {
        text(
            carried: "\"\(carried ?? "")\"",
            then: """
                Await = fun Await() ->
                  io:put_chars("\(Self.pause)\\n"),
                  case io:get_line("") of
                    eof -> ok;
                    {error, _} -> ok;
                    Script ->
                      {ok, Tokens, _} = erl_scan:string(binary_to_list(base64:decode(string:trim(Script)))),
                      {ok, Expressions} = erl_parse:parse_exprs(Tokens),
                      erl_eval:exprs(Expressions, []), Await() end end,
                IsOld = list_to_integer(erlang:system_info(otp_release)) < 26,
                case IsOld orelse rpc:call(node(group_leader()), init, get_argument, [noinput]) of
                  true -> Await();
                  error -> Await();
                  _ -> ok end
                """)
    }

    /// What a script prints that waits for the next one.
    static let pause = "WARREN awaits"

    private func text(carried: String, then: String) -> String {
        "\(start)\(definitions)Carried = fun() -> base64:decode(\(carried)) end,\n\(body),\n\(then).\n"
    }

    private static let printing = """
        Line = fun(Key, Text) -> ["WARREN ", Key, " ", base64:encode(iolist_to_binary(Text)), "\\n"] end,
        Print = fun(Key, Text) -> io:put_chars(Line(Key, Text)) end,
        PrintAll = fun(Indexes, Text) -> io:put_chars([Line(integer_to_list(I), Text) || I <- Indexes]) end,
        Term = fun(T) -> unicode:characters_to_binary(io_lib:format("~0tp", [T])) end,
        PrintJSON = fun(Key, Read) ->
          try Print(Key, rabbit_json:encode(Read()))
          catch _:Reason -> Print("failed-" ++ Key, Term(Reason)) end end
        """

    /// Bytes as they are where they are harmless, else as numbers: no character of a name can end the literal.
    static func binary(_ text: String) -> String {
        text.utf8.allSatisfy(isPlain)
            ? "<<\"\(text)\">>" : "<<\(text.utf8.map(String.init).joined(separator: ","))>>"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: " "), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}

/// What a node knows of its cluster.
enum ClusterScript {
    /// Binds `Cluster`. `rabbit_db_cluster` took the place of `rabbit_mnesia` with 3.13; both ask every running member
    /// for the partitions that it sees.
    static let text = """
        Cluster = fun() ->
          Status = try rabbit_db_cluster:cli_cluster_status() catch error:undef -> rabbit_mnesia:status() end,
          Get = fun(Key, List) -> proplists:get_value(Key, List, []) end,
          Alarms = rabbit_alarm:get_alarms(),
          Drained = try rabbit_maintenance:is_being_drained_local_read(node()) catch _:_ -> false end,
          Identity = case rabbit_runtime_parameters:value_global(internal_cluster_id) of
            I when is_binary(I) -> I; _ -> <<>> end,
          #{version => list_to_binary(rabbit_misc:version()), identity => Identity, drained => Drained, cluster_name => rabbit_nodes:cluster_name(),
            disk_nodes => Get(disc, Get(nodes, Status)), ram_nodes => Get(ram, Get(nodes, Status)),
            running_nodes => Get(running_nodes, Status), partitions => maps:from_list(Get(partitions, Status)),
            alarms => [#{resource => R, node => N} || {{resource_limit, R, N}, _} <- Alarms]
              ++ [#{resource => A, node => node()} || {A, _} <- Alarms, is_atom(A)]} end
        """
}
