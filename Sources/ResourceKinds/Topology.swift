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

/// An Erlang fun that gives the number of messages of a queue, with those that consumers hold; `uncounted` where
/// it can't be told.
///
/// What the broker's own `info` says of quorum queues and streams is seconds old, and 0 on each node that does not
/// lead them (seen on 3.10.8 and 4.0.5: 0 right after a message came), so that their leaders are asked.
let messageCount = """
    fun(Queue) -> try case amqqueue:get_type(Queue) of \
    rabbit_quorum_queue -> {ok, Total, _} = \
    ra:consistent_query(amqqueue:get_pid(Queue), fun rabbit_fifo:query_messages_total/1), Total; \
    rabbit_stream_queue -> All = erpc:call(node(amqqueue:get_pid(Queue)), osiris_counters, overview, [], 5000), \
    #{offset := Last, first_offset := First} = maps:get({osiris_writer, amqqueue:get_name(Queue)}, All), \
    case Last of -1 -> 0; _ -> Last - First + 1 end; \
    _ -> [{messages, Held}] = rabbit_amqqueue:info(Queue, [messages]), true = is_integer(Held), Held end \
    catch _:_ -> uncounted end end
    """
