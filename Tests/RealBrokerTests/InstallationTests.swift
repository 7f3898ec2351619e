import HostAccess
import Providers
import TestSupport
import Testing

@Suite struct InstallationTests {
    @Test(.enabled(if: OSUser.isRoot, "needs root"))
    func packageUnderSystemdIsReachedWithoutItsWrappers() throws {
        let installation = try BrokerInstallation.systemd(host: "mq1")
        let call = installation.invocation(tool: "rabbitmqctl", arguments: ["$(id)"], deadline: .seconds(5))
        #expect(call.executable == "/usr/lib/rabbitmq/bin/rabbitmqctl")
        #expect(call.arguments == ["$(id)"])
        #expect(call.user?.name == "rabbitmq")
        #expect(call.environment["HOME"] == "/var/lib/rabbitmq")
        #expect(call.environment["LC_ALL"] == "C.UTF-8")
        #expect(call.environment["RABBITMQ_NODENAME"] == "rabbit@mq1")
        #expect(call.environment["RABBITMQ_USE_LONGNAME"] == nil)
        #expect(call.environment["RABBITMQ_PLUGINS_DIR"] == nil)
        let plugins = installation.invocation(tool: "rabbitmq-plugins", arguments: [], deadline: .seconds(5))
        #expect(plugins.environment["RABBITMQ_PLUGINS_DIR"] == installation.pluginsDirectory)
        #expect(installation.pluginsDirectory?.hasPrefix("/usr/lib/rabbitmq/lib/rabbitmq_server-") == true)
    }

    @Test(.enabled(if: OSUser.isRoot, "needs root")) func fullHostNamesNeedLongNodeNames() throws {
        let installation = try BrokerInstallation.systemd(host: "mq1.example.org")
        #expect(installation.environment["RABBITMQ_USE_LONGNAME"] == "true")
    }

    @Test func newestPluginsAreTaken() throws {
        let scratch = try ScratchDirectory("library")
        for name in ["rabbitmq_server-3.9.9", "rabbitmq_server-3.10.8", "other"] {
            try Directory.make(scratch.path(name), mode: 0o755)
        }
        #expect(
            BrokerInstallation.distributionPlugins(library: scratch.path)
                == scratch.path("rabbitmq_server-3.10.8/plugins"))
        #expect(BrokerInstallation.distributionPlugins(library: scratch.path("none")) == nil)
    }

    @Test func portsFollowFromTheSettings() {
        var settings = SupervisedSettings()
        #expect(settings.clientPorts == [5672])
        #expect(settings.distributionPort == 25672)
        #expect(settings.effectivePortMapperPort == 25673)
        settings.environment["NODE_PORT"] = "5700"
        #expect(settings.clientPorts == [5700])
        #expect(settings.distributionPort == 25700)
        settings.configText = "listeners.tcp.default = 5701\n# listeners.tcp.x = 9\nlisteners.tcp.v6 = ::1:5702\n"
        #expect(settings.clientPorts == [5701, 5702])
    }
}
