/// Erlang that fills queues, for a node to evaluate.
enum Filling {
    /// Publishes persistent messages to queues of the vhost `/`; true when all were confirmed.
    ///
    /// - Parameter queues: an Erlang list of pairs, of a queue's name and how many messages it gets.
    static func publishing(to queues: String) -> String {
        """
        {ok, Params} = amqp_uri:parse("amqp://guest:guest@127.0.0.1:5672/%2f"),
        {ok, Connection} = amqp_connection:start(Params),
        {ok, Channel} = amqp_connection:open_channel(Connection),
        amqp_channel:call(Channel, {'confirm.select', false}),
        Properties = erlang:setelement(5, erlang:make_tuple(15, undefined, [{1, 'P_basic'}]), 2),
        [amqp_channel:cast(Channel, {'basic.publish', 0, <<>>, Queue, false, false},
          {amqp_msg, Properties, <<"m">>}) || {Queue, Count} <- \(queues), _ <- lists:seq(1, Count)],
        Confirmed = amqp_channel:wait_for_confirms(Channel, 120),
        amqp_connection:close(Connection), Confirmed.
        """
    }
}
