import AgentRuntime
import ClusterModel
import HostAccess
import ManifestLoading
import TestSupport
import Testing

@testable import Planning

@Suite struct AdoptionTests {
    /// The law: written, loaded, planned on the broker that it was made from, and nothing to do.
    @Test(arguments: Export.whole)
    func theFirstPlanIsEmpty(_ export: Export) throws {
        let source = try export.source()
        let adopted = Adoption.adopt(source)
        let scratch = try ScratchDirectory("adopt")
        try AdoptedFiles(path: scratch.path("warren.yaml"), isForced: false).write(adopted, yaml: ManifestWriter.yaml)
        let loaded = try ManifestSource(path: scratch.path("warren.yaml"), brokerVersion: source.version).loaded
        #expect(loaded.errors.map(\.description) == [])
        let plan = try source.plan(try #require(loaded.manifest))
        #expect(plan.openDrift == [])
        #expect(plan.steps == [])
        #expect(plan.blocked == [])
        // What is not in the manifest was told.
        #expect(Set(plan.unmanaged.map(\.resource)).isSubset(of: Set(adopted.leftOut.map(\.resource))))
    }

    @Test(arguments: Export.whole)
    func noSecretIsInTheManifestOrTheNotes(_ export: Export) throws {
        let adopted = Adoption.adopt(try export.source())
        let shown = adopted.manifest.description + adopted.notes.joined()
        for secret in adopted.secrets { #expect(!shown.contains(secret.text)) }
        #expect(!shown.contains("pa55-"))
        for user in adopted.manifest[["spec", "users"]]?.array ?? [] where user["passwordHash"] != nil {
            #expect(user["passwordHash"].flatMap { SecretReference($0) } != nil)
        }
    }

    @Test(arguments: Export.whole)
    func secretsHaveDistinctAndSafeNames(_ export: Export) throws {
        let secrets = Adoption.adopt(try export.source()).secrets
        #expect(Set(secrets.map { $0.path.lowercased() }).count == secrets.count)
        for secret in secrets {
            let name = secret.path.dropFirst("secrets/".count)
            #expect(secret.path.hasPrefix("secrets/"))
            #expect(name.utf8.count <= 128)
            #expect(!name.contains(".."))
            #expect(name.first?.isLetter == true)
            #expect(name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || "-_.".contains($0)) })
        }
    }

    @Test func theSameExportGivesTheSameManifest() throws {
        let (one, two) = (
            Adoption.adopt(try Export(name: "4.0.5").source()), Adoption.adopt(try Export(name: "4.0.5").source())
        )
        #expect(one.manifest.description == two.manifest.description)
        #expect(one.secrets == two.secrets)
        #expect(one.notes == two.notes)
    }

    @Test func plainNamesStayReadable() throws {
        let paths = Adoption.adopt(try Export(name: "3.7.28").source()).secrets.map(\.path)
        #expect(
            paths == ["secrets/user-admin-hash", "secrets/user-legacy-hash", "secrets/shovel-legacy-move-destination"])
    }

    @Test func whatAManifestCannotSayIsLeftOutAndTold() throws {
        let adopted = Adoption.adopt(try Export(name: "hostile").source())
        let left = Set(adopted.leftOut.map(\.resource.description))
        #expect(!left.contains("queue v/transient"))
        #expect(left.contains("binding v/dlx/queue/nowhere/"))
        #expect(left.contains("permission v/ghost"))
        #expect(left.contains("permission gone/a"))
        #expect(left.contains("permission v/a"))
        #expect(left.contains("policy v/p"))
        #expect(left.contains("shovel v/unknown-key"))
        #expect(left.contains("upstream v/null"))
        #expect(left.contains("parameter v/x%2Fy/n"))
        #expect(!left.contains("parameter v/x/y%2Fn"))
        #expect(!left.contains("binding v/amq.direct/exchange/dlx/"))
        for resource in left { #expect(adopted.notes.contains { $0.contains(resource) || $0.contains(" more: ") }) }
    }

    /// So much hangs on a vhost and a user that a field that a manifest can't say is left alone instead.
    @Test func oddFieldsOfVhostsAndUsersAreIgnored() throws {
        let adopted = Adoption.adopt(try Export(name: "hostile").source())
        let rules = adopted.manifest[["spec", "ignore"]]?.array?.map(\.description) ?? []
        #expect(rules.contains(#"{"fields":["limits"],"resource":"vhost v"}"#))
        #expect(rules.contains(#"{"fields":["defaultQueueType"],"resource":"vhost v"}"#))
        #expect(rules.contains(#"{"fields":["hashingAlgorithm"],"resource":"user argon"}"#))
        #expect(adopted.counts["vhost"] == 2)
    }

    @Test func theDefaultVhostIsDeclaredOnlyWhereItIsNotTheBrokersOwn() throws {
        func names(_ export: String) throws -> [JSONValue] {
            Adoption.adopt(try Export(name: export).source()).manifest[["spec", "vhosts"]]?.array?.compactMap {
                $0["name"]
            } ?? []
        }
        #expect(try names("3.13.7") == ["q"])
        #expect(try names("4.3.0") == ["/", "safe"])
    }

    @Test func danglingReferencesFallTogether() throws {
        let left = Adoption.adopt(try Export(name: "3.13.7").source()).leftOut.map(\.resource.description)
        #expect(left == ["upstream-set q/dangling", "policy q/fed-dangling"])
    }
}

extension JSONValue {
    subscript(path: [String]) -> JSONValue? { path.reduce(self as JSONValue?) { $0?[$1] } }
}
