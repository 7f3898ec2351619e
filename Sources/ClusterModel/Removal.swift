/// A deletion inside the broker: an Erlang expression over names that are bound to `arguments`.
///
/// `rabbitmqctl` has no verb that deletes many objects at once, and each of its processes costs half a second,
/// so that deletions are evaluated together, each with its own result. The expression must give `ok` or
/// `{ok, _}`, or a word of `postponed`; anything else is a refusal, reported in the broker's words. `User` is bound
/// to the acting user.
public struct Removal: Hashable, Sendable {
    public let expression: String
    /// The variables of the expression, such as `["V", "N"]`.
    public let parameters: [String]
    /// The text that each is bound to. It reaches the broker as a list of bytes, so that no character of a name
    /// can end a literal.
    public let arguments: [String]

    public init(_ expression: String, _ bindings: KeyValuePairs<String, String>) {
        self.expression = expression
        parameters = bindings.map(\.key)
        arguments = bindings.map(\.value)
    }

    /// What an expression gives where a guard keeps the object for now: another run may delete it.
    public static let postponed: [String: (unmet: Guard, reason: String)] = [
        "holds_messages": (.holdsNoMessages, "it holds messages and is not deleted"),
        "uncounted": (.holdsNoMessages, "whether it holds messages could not be told, so that it is not deleted"),
        "in_use": (
            .other("not-in-use"), "something that Warren did not create is bound to it, so that it is not deleted"
        ),
    ]
}
