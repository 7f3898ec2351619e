import ClusterModel

/// A shovel with an end: it moves what there is, or so many messages, and then deletes itself.
///
/// Warren must not make it again, whichever host leads by then. So the call that makes it also writes down in the
/// broker, which all members share, that it was begun. One of another definition is another errand; another URI is none,
/// as a password that is rotated moves nothing.
struct Errand {
    let name: String
    let fingerprint: String

    /// Nil for a shovel that goes on for ever.
    init?(_ shovel: Resource) {
        guard let definition = shovel["definition"]?.asObject,
            let end = definition["src-delete-after"] ?? definition["delete-after"], end != "never"
        else { return nil }
        name = joinedName([shovel.id.vhost ?? "", shovel.id.name])
        fingerprint = stableFingerprint([definition.description])
    }

    /// What is imported beside the shovel.
    var entry: DefinitionsEntry {
        DefinitionsEntry(.errands, ["name": .string(name), "fingerprint": .string(fingerprint)])
    }

    func wasBegun(in observation: Observation) -> Bool {
        let id = ResourceID("global-parameter", name: GlobalParameterKind.errands)
        return observation[id]?["value"]?.asObject[name]?.string == fingerprint
    }
}
