import ClusterModel
import Foundation
import ResourceKinds

/// Creates and changes objects in bulk, as an import of definitions does, and finds what the broker refuses.
///
/// An import stops at its first error and does not say in a fixed form which entry it was. So a batch that is refused
/// is halved until the culprits are alone: 2 log2 n imports for one among n. What was imported before is imported
/// again, which changes nothing.
enum ImportScript {
    /// How many imports the search for culprits may cost.
    static let searchLimit = 1024

    private static let errands = DefinitionsSection.errands.rawValue

    /// Binds `Import`: takes items `[Index, [[Section, Entry], …]]` and prints a record for each.
    static let definition = """
        Begin = fun(#{<<"name">> := Name, <<"fingerprint">> := Fingerprint}) ->
          Begun = case rabbit_runtime_parameters:value_global('\(GlobalParameterKind.errands)') of
            M when is_map(M) -> M; _ -> #{} end,
          rabbit_runtime_parameters:set_global('\(GlobalParameterKind.errands)', Begun#{Name => Fingerprint}, User) end,
        Batch = fun(Items) ->
          Entries = [E || [_, Es] <- Items, [Section, _] = E <- Es, Section =/= <<"\(errands)">>],
          Add = fun([Section, Entry], Map) ->
            Key = binary_to_existing_atom(Section, utf8), Map#{Key => [Entry | maps:get(Key, Map, [])]} end,
          try rabbit_definitions:apply_defs(lists:foldr(Add, #{}, Entries), User) of
            ok -> [Begin(E) || [_, Es] <- Items, [<<"\(errands)">>, E] <- Es], ok;
            {error, R} -> {refused, R}
          catch _:R -> {refused, R} end end,
        Words = fun(W) ->
          case try unicode:characters_to_binary(W) catch _:_ -> error end of
            Text when is_binary(Text) -> ["refused ", Text];
            _ -> Term(W) end end,
        Import = fun
          Import([], Left) -> Left;
          Import(Items, 0) -> PrintAll([I || [I, _] <- Items], <<"untried">>), 0;
          Import(Items, Left) ->
            case {Batch(Items), Items} of
              {ok, _} -> PrintAll([I || [I, _] <- Items], <<"ok">>), Left - 1;
              {{refused, W}, [[I, _]]} -> Print(integer_to_list(I), Words(W)), Left - 1;
              {{refused, _}, _} ->
                {First, Second} = lists:split(length(Items) div 2, Items),
                Import(Second, Import(First, Left - 1)) end end
        """

    /// The call, which takes `carried` from standard input.
    static let call = "Import(rabbit_json:decode(Carried()), \(searchLimit))"

    /// What the call imports, one item for each action. It travels as base64, as a line has to hold it.
    static func carried(_ batches: [[DefinitionsEntry]]) -> String {
        let items = batches.enumerated().map { index, entries -> JSONValue in
            [
                .integer(index),
                .array(entries.map { [.string($0.section.rawValue), $0.value] }),
            ]
        }
        return Data(JSONValue.array(items).description.utf8).base64EncodedString()
    }
}
