import ClusterModel
import Foundation
import HostAccess
import Providers

extension TestBroker {
    /// Makes the broker blank: the vhost `/`, the user `guest` with all permissions there, nothing else.
    public func reset() async throws {
        let answer = try await eval(
            """
            User = <<"test">>,
            [rabbit_vhost:delete(V, User) || V <- rabbit_vhost:list_names()],
            [rabbit_auth_backend_internal:delete_user(proplists:get_value(user, U), User)
             || U <- rabbit_auth_backend_internal:list_users(), proplists:get_value(user, U) =/= <<"guest">>],
            Kept = [internal_cluster_id, cluster_tags],
            [rabbit_runtime_parameters:clear_global(proplists:get_value(name, P), User)
             || P <- rabbit_runtime_parameters:list_global(), not lists:member(proplists:get_value(name, P), Kept)],
            ok = rabbit_vhost:add(<<"/">>, <<"Default virtual host">>, [], User),
            rabbit_auth_backend_internal:set_tags(<<"guest">>, [administrator], User),
            rabbit_auth_backend_internal:clear_user_limits(<<"guest">>, <<"all">>, User),
            ok = rabbit_auth_backend_internal:set_permissions(
                <<"guest">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, User),
            io:format("blank~n").
            """)
        guard answer.contains("blank") else { throw TestFailure("the broker was not reset: \(answer)") }
    }

    /// The whole of `export_definitions`.
    public func rawDefinitions() async throws -> JSONValue {
        try await json("rabbitmqctl", ["export_definitions", "-", "-q"])
    }

    public func policies(vhost: String = "/") async throws -> [JSONValue] {
        try await list("list_policies", "-p", vhost)
    }
    public func parameters(vhost: String = "/") async throws -> [JSONValue] {
        try await list("list_parameters", "-p", vhost)
    }
    public func globalParameters() async throws -> [JSONValue] { try await list("list_global_parameters") }
    public func users() async throws -> [JSONValue] { try await list("list_users") }
    public func vhosts() async throws -> [String] {
        try await list("list_vhosts", "name").compactMap { $0["name"]?.string }
    }
    public func permissions(vhost: String = "/") async throws -> [JSONValue] {
        try await list("list_permissions", "-p", vhost)
    }
    public func queues(vhost: String = "/") async throws -> [JSONValue] {
        try await list("list_queues", "-p", vhost, "name", "policy", "durable", "arguments")
    }

    /// What a listing command of `rabbitmqctl` gives as JSON.
    public func list(_ arguments: String...) async throws -> [JSONValue] {
        try await json("rabbitmqctl", arguments + ["--formatter", "json"]).array ?? []
    }

    /// The JSON that a tool prints, behind whatever it logs before.
    public func json(_ name: String, _ arguments: [String]) async throws -> JSONValue {
        let bytes = Array(try await tool(name, arguments).utf8)
        let start = bytes.firstIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } ?? 0
        return try JSONValue(parsing: Array(bytes[start...]))
    }
}
