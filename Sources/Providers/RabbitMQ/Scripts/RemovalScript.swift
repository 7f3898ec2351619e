import ClusterModel

/// Deletes several objects in one call, each with its own result.
enum RemovalScript {
    /// Binds `Remove`: calls a fun with each item's arguments and prints a record for it.
    static let definition = """
        Remove = fun(Fun, Items) ->
          Try = fun(A) -> try Fun(A) of ok -> <<"ok">>; {ok, _} -> <<"ok">>; Other -> Term(Other)
            catch _:Reason -> Term(Reason) end end,
          [Print(integer_to_list(I), Try(A)) || {I, A} <- Items] end
        """

    /// The calls. Removals of one expression that follow each other share a fun.
    static func call(for removals: [Removal]) -> String {
        var groups: [(expression: String, parameters: [String], items: [(Int, [String])])] = []
        for (index, removal) in removals.enumerated() {
            if let last = groups.indices.last, groups[last].expression == removal.expression {
                groups[last].items.append((index, removal.arguments))
            } else {
                groups.append((removal.expression, removal.parameters, [(index, removal.arguments)]))
            }
        }
        return groups.map { group in
            let items = group.items.map { index, arguments in
                "{\(index),[\(arguments.map(ErlangScript.binary).joined(separator: ","))]}"
            }
            let parameters = group.parameters.joined(separator: ",")
            return
                "Remove(fun([\(parameters)]) ->\n  \(group.expression)\nend, [\n  \(items.joined(separator: ",\n  "))])"
        }.joined(separator: ",\n")
    }
}
