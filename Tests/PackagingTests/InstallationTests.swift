import Foundation
import Glibc
import HostAccess
import Lab
import TestSupport
import Testing

/// The package on booted Debian systems with a broker and a proxy in service. One boot has all claims of one release, in
/// the order in which a host meets them.
@Suite(.serialized, .enabled(if: OSUser.isRoot, "booting a system needs root"))
struct PackageInstallationTests {
    @Test(arguments: [DebianRelease.twelve, .thirteen])
    func aHostIsTakenAndGivenBackWithoutAnInterruption(_ release: DebianRelease) async throws {
        try await BootedSystem.with(release) { system in
            let host = try await InstalledHost(system)
            try await host.installingChangesNoService()
            try await host.aHostWithoutManifestIsAsBefore()
            try await host.aManifestBringsTheGate()
            try await host.theAgentIsHardened()
            try await host.aCrashIsLeftToWarren()
            try await host.aTicketLetsOneStartPass()
            try await host.proxiesHaveTheGateToo()
            try await host.aToolLeavesNoPortMapperBehind()
            try await host.aReleasedServiceIsSystemdsAgain()
            try await host.anUpgradeRestartsTheAgentAlone()
            try await host.aBootLeavesTheStartToWarren()
            try await host.theAgentItselfIsUpUnderItsUnit()
            try await host.removalLeavesTheBrokerRunning()
            try await host.purgeForgetsWhatWarrenRemembered()
        }
    }
}
