import ArgumentParser
import ClusterModel
import Commands
import ManifestLoading
import Testing

@Suite struct DocumentationTests {
    @Test("every manifest in the documentation is valid", arguments: try Documents.paths())
    func manifestsAreValid(path: String) throws {
        for block in try Documents.blocks("yaml", in: path) where block.text.hasPrefix("apiVersion:") {
            let loaded = ManifestLoader.load([SourceFile(path: "\(path):\(block.line)", bytes: Array(block.text.utf8))])
            #expect(loaded.manifest != nil, "\(loaded.diagnostics.map(\.description))")
        }
    }

    @Test("every command in the documentation is one that warren takes", arguments: try Documents.paths())
    func commandsParse(path: String) throws {
        for block in try Documents.blocks("console", in: path) {
            for line in block.text.split(separator: "\n") where line.hasPrefix("$ warren ") {
                let words = shellWords(String(line.dropFirst(2)))
                #expect(throws: Never.self, "\(path):\(block.line): \(line)") {
                    _ = try WarrenCommand.parseAsRoot(Array(words.dropFirst()))
                }
            }
        }
    }

    @Test("there is documentation to check")
    func thereIsSomethingToCheck() throws {
        let commands = try Documents.paths().flatMap { try Documents.blocks("console", in: $0) }
        let manifests = try Documents.paths().flatMap { try Documents.blocks("yaml", in: $0) }
        #expect(commands.count { $0.text.contains("$ warren ") } > 10)
        #expect(manifests.count { $0.text.hasPrefix("apiVersion:") } > 2)
    }

    @Test("every link between documents leads somewhere", arguments: try Documents.paths())
    func linksLead(path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        for match in try Documents.text(path).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
            let target = Documents.root.appending(path: folder).appending(path: String(match.1))
            #expect((try? target.checkResourceIsReachable()) == true, "\(path) links to \(match.1)")
        }
    }
}

@Suite struct AdviceDocumentationTests {
    @Test("every piece of advice has its section", arguments: Set(Advice.all.map(\.anchor)).sorted())
    func hasSection(anchor: String) throws {
        #expect(try Self.anchors(of: Advice.page).contains(anchor))
    }

    @Test("every link into a page leads to one of its headings", arguments: try Documents.paths())
    func anchorsLead(path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        for match in try Documents.text(path).matches(of: /\]\(([^)#:]*)#([^)]+)\)/) {
            let target = match.1.isEmpty ? path : (folder.isEmpty ? "" : folder + "/") + match.1
            #expect(try Self.anchors(of: target).contains(String(match.2)), "\(path) links to \(target)#\(match.2)")
        }
    }

    /// The anchors that GitHub gives a page's headings.
    private static func anchors(of path: String) throws -> Set<String> {
        var anchors: Set<String> = []
        for line in try Documents.text(path).split(separator: "\n") where line.hasPrefix("#") {
            let title = line.drop { $0 == "#" || $0 == " " }.lowercased()
            anchors.insert(
                String(title.replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || "-_".contains($0) }))
        }
        return anchors
    }
}
