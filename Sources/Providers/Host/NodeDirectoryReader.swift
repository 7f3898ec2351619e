import ClusterModel
import HostAccess

/// Reads what a node's data directory says of the node. It changes nothing.
public enum NodeDirectoryReader {
    public static func directory(of node: String, in layout: HostLayout) -> NodeDirectory {
        let path = layout.brokerData + "/" + node
        let data = HostFiles.data(of: node, in: layout)
        let names = (try? Directory.names(layout.brokerData)) ?? []
        let strangers = names.filter {
            $0 != node && isNode($0) && (try? FileStatus(layout.brokerData + "/" + $0))?.form == .directory
        }
        guard data == .present else { return NodeDirectory(data, strangers: strangers) }
        return NodeDirectory(
            data, strangers: strangers, store: store(path), members: terms(path + "/cluster_nodes.config")?.first,
            lastRunning: terms(path + "/nodes_running_at_shutdown")?.first,
            forceLoad: forceLoad(of: node, in: layout))
    }

    /// The path of the mark, where it is there.
    public static func forceLoad(of node: String, in layout: HostLayout) -> String? {
        let path = layout.brokerData + "/" + node + "/force_load"
        return (try? FileStatus(path)) == nil ? nil : path
    }

    /// Beside a node's directory lie `NODE-feature_flags` and `NODE-plugins-expand`.
    private static func isNode(_ name: String) -> Bool {
        name.contains("@") && !name.hasSuffix("-feature_flags") && !name.hasSuffix("-plugins-expand")
    }

    /// The feature flags that are on say it; they lie beside the directory, and before 3.8 there were none. Khepri
    /// removes Mnesia's own files.
    private static func store(_ path: String) -> MetadataStore? {
        guard let flags = text(path + "-feature_flags") else { return nil }
        let isKhepri = flags.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains("khepri_db")
        let hasMnesia = (try? FileStatus(path + "/cluster_nodes.config")) != nil
        // Flag and files have to agree.
        guard isKhepri != hasMnesia else { return nil }
        return isKhepri ? .khepri : .mnesia
    }

    private static func terms(_ path: String) -> [[String]]? { text(path).flatMap(NodeLists.lists) }

    private static func text(_ path: String) -> String? {
        (try? FileContent.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The lists of node names in a term such as `{[rabbit@mq1,'rabbit@mq-2'],[rabbit@mq1]}.`.
enum NodeLists {
    /// Nil for anything else.
    static func lists(_ text: String) -> [[String]]? {
        let plain = text.filter { !$0.isWhitespace }
        guard plain.hasSuffix("]}.") || plain.hasSuffix("]."), plain.first == "{" || plain.first == "[" else {
            return nil
        }
        var lists: [[String]] = []
        var rest = Substring(plain)
        while let open = rest.firstIndex(of: "["), let end = rest[open...].firstIndex(of: "]") {
            let names = rest[rest.index(after: open)..<end].split(separator: ",").map { $0.filter { $0 != "'" } }
            guard names.allSatisfy({ $0.split(separator: "@", omittingEmptySubsequences: false).count == 2 }) else {
                return nil
            }
            lists.append(names)
            rest = rest[rest.index(after: end)...]
        }
        return lists.isEmpty ? nil : lists
    }
}
