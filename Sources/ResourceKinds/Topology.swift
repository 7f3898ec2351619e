import ClusterModel

/// The identity of an exchange or a queue.
func topologyID(_ kind: Kind, _ vhost: String?, _ name: String?) -> ResourceID {
    ResourceID(kind, vhost: vhost ?? "", name: name ?? "")
}

/// The default exchange, `amq.*`, and what federation makes for itself.
func isBrokersOwn(_ name: String) -> Bool {
    name.isEmpty || name.hasPrefix("amq.") || name.hasPrefix("federation: ")
}

func reservedNameProblems(_ desired: Resource) -> [FieldProblem] {
    guard isBrokersOwn(desired.id.name) else { return [] }
    return [FieldProblem(["name"], "names that start with amq. or federation: are the broker's own")]
}

func immutableRefusal(_ change: ProposedChange, _ what: String) -> Refusal? {
    guard change.verb == .update else { return nil }
    return Refusal(
        .other("immutable"),
        "the broker can't change \(change.fields.joined(separator: ", ")) of \(what) that exists; to have it so, empty "
            + "and delete it, and Warren creates it anew, or write the manifest as it is")
}
