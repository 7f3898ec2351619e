import Foundation
import HostAccess
import TestSupport
import Testing

/// The package as a file, on the machine that built it.
@Suite struct PackageContentTests {
    @Test func everyFileIsInItsPlaceWithItsModeAndBelongsToRoot() async throws {
        let list = try await BuiltPackage.tell("dpkg-deb --contents \"$package\"")
        #expect(list.code == 0)
        var modes: [String: String] = [:]
        for line in list.output.split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            #expect(fields[1] == "root/root", "\(line)")
            modes[String(fields[5].dropFirst())] = String(fields[0])
        }
        let program = "-rwxr-xr-x"
        let file = "-rw-r--r--"
        let expected = [
            "/usr/bin/warren": program, "/usr/lib/warren/start-gate": program,
            "/usr/lib/warren/arm-start-gate": program,
            "/usr/lib/systemd/system-generators/warren-start-gate": program,
            "/usr/lib/systemd/system/warren.service": file, "/usr/lib/tmpfiles.d/warren.conf": file,
            "/usr/lib/warren/gate/rabbitmq-server.conf": file, "/usr/lib/warren/gate/haproxy.conf": file,
            "/usr/lib/warren/gate/keepalived.conf": file, "/etc/default/warren": file,
            "/etc/warren/": "drwxr-x---", "/etc/warren/secrets/": "drwx------",
            "/usr/share/man/man1/warren.1.gz": file, "/usr/share/doc/warren/copyright": file,
            "/usr/share/doc/warren/changelog.Debian.gz": file, "/usr/share/doc/warren/operations.md": file,
            "/usr/share/doc/warren/examples/lab.yaml": file, "/usr/share/doc/warren/examples/single.yaml": file,
            "/usr/share/bash-completion/completions/warren": file,
            "/usr/share/zsh/vendor-completions/_warren": file,
            "/usr/share/fish/vendor_completions.d/warren.fish": file,
        ]
        for (path, mode) in expected { #expect(modes[path] == mode, "\(path)") }
        let below = ["/etc", "/usr/bin/warren", "/usr/lib", "/usr/share", "/usr/bin/", "/usr/", "/"]
        #expect(modes.keys.filter { path in !below.contains { path.hasPrefix($0) } } == [])
    }

    @Test func theProgramNeedsNothingOfTheToolchain() async throws {
        let needed = try await BuiltPackage.tell(
            """
            directory=$(mktemp -d); trap 'rm -rf "$directory"' EXIT
            dpkg-deb --fsys-tarfile "$package" | tar -x -C "$directory" ./usr/bin/warren
            readelf --dynamic "$directory/usr/bin/warren" | sed -n 's/.*(NEEDED).*\\[\\(.*\\)\\]/\\1/p' | sort
            readelf --sections "$directory/usr/bin/warren" | grep -c symtab
            readelf --dynamic "$directory/usr/bin/warren" | grep -c -E 'RPATH|RUNPATH.*/(usr/local|opt|root|home|tmp)'
            """)
        let libraries = [
            "ld-linux-x86-64.so.2", "libc.so.6", "libgcc_s.so.1", "libm.so.6", "libcrypto.so.3", "libsqlite3.so.0",
            "libstdc++.so.6",
            "libz.so.1",
        ]
        #expect(needed.output.split(separator: "\n").map(String.init).filter { !libraries.contains($0) } == ["0", "0"])
    }

    @Test func controlSaysWhatTheProgramDependsOn() async throws {
        let fields = try await BuiltPackage.tell("dpkg-deb --field \"$package\"").output
        let lines = fields.split(separator: "\n")
        func field(_ name: String) -> String {
            lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        #expect(field("Package") == "warren")
        for name in [
            "libc6 (>= ", "libsqlite3-0 (>= ", "libstdc++6 (>= ", "libgcc-s1 (>= ", "libssl3 (>= ", "systemd (>= ",
            "curl", "util-linux",
        ] {
            #expect(field("Depends").contains(name), "\(name)")
        }
        #expect(field("Recommends") == "haproxy, keepalived, rabbitmq-server")
        #expect(field("Suggests") == "git, openssh-client")
        let version = try await BuiltPackage.tell("packaging/version.sh")
        #expect(field("Version").hasPrefix(version.output.prefix { $0 != "~" && $0 != "-" && $0 != "+" }))
        #expect(try BuiltPackage.path.get().hasSuffix("/warren_\(field("Version"))_\(field("Architecture")).deb"))
        #expect(try await BuiltPackage.tell("dpkg-deb --info \"$package\" conffiles").output == "/etc/default/warren\n")
    }

    @Test func anOlderCommitIsAnOlderVersionAndAReleaseIsNewerThanBoth() async throws {
        let pairs = ["0.1.0~dev9+gffffffff-1 0.1.0~dev10+g00000000-1", "0.1.0~dev10+g00000000-1 0.1.0-1"]
        for pair in pairs {
            let script = "set -- \(pair); dpkg --compare-versions $1 lt $2"
            #expect(try await BuiltPackage.tell(script).code == 0, "\(pair)")
        }
    }

    @Test func everyScriptIsSoundToTheShellAndToShellcheck() async throws {
        let scripts =
            "packaging/*.sh packaging/scripts/* packaging/root/usr/lib/warren/*gate packaging/root/usr/lib/systemd/*generators/*"
        let checked = try await BuiltPackage.tell(
            """
            files=(); for path in \(scripts); do [ -f "$path" ] && files+=("$path"); done
            echo "${#files[@]}"
            for path in "${files[@]}"; do sh -n "$path" || bash -n "$path"; done
            shellcheck "${files[@]}"
            """)
        #expect(checked.code == 0, "\(checked.output)\(checked.errors)")
        #expect(checked.output == "9\n")
    }

    @Test func lintianFindsNothing() async throws {
        let found = try await BuiltPackage.tell(
            "lintian --allow-root --fail-on error,warning \"$package\"", within: .seconds(300))
        #expect(found.code == 0, "\(found.output)\(found.errors)")
        #expect(found.output == "")
    }

    @Test func theManualPageHasEveryCommandAndIsWellFormed() async throws {
        let page = try await BuiltPackage.tell(
            """
            set -o pipefail
            file=$(mktemp); trap 'rm -f "$file"' EXIT
            dpkg-deb --fsys-tarfile "$package" | tar -x -O ./usr/share/man/man1/warren.1.gz | gzip -d > "$file"
            man --warnings -l "$file" > /dev/null
            grep -o '^.SS "warren.*' "$file"
            """)
        #expect(page.code == 0)
        #expect(page.errors == "")
        for command in ["validate", "plan", "apply", "status", "broker start"] {
            #expect(page.output.contains(".SS \"warren \(command)\"\n"), "\(command)")
        }
    }

    @Test func completionsAreSoundToTheirShell() async throws {
        let script =
            "dpkg-deb --fsys-tarfile \"$package\" | tar -x -O ./usr/share/bash-completion/completions/warren | bash -n"
        let checked = try await BuiltPackage.tell("set -o pipefail; " + script)
        #expect(checked.code == 0, "\(checked.errors)")
    }
}
