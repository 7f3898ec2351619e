import Providers
import Testing

/// What is shown of a broker that did not come up.
@Suite struct BrokerOutputTests {
    @Test("the sentences before the boot failed are its last words, and Erlang's reports are not")
    func lastWords() {
        let output = """
            2026-11-23 13:27:11.907730+00:00 [error] <0.132.0> ssl_options.cacertfile invalid, file does not exist
            2026-11-23 13:27:11.917034+00:00 [error] <0.132.0> Error preparing configuration in phase validation:
            2026-11-23 13:27:11.917082+00:00 [error] <0.132.0>   - ssl_options.cacertfile invalid, file does not exist

            BOOT FAILED
            2026-11-23 13:27:11.918850+00:00 [error] <0.132.0> BOOT FAILED
            2026-11-23 13:27:11.918850+00:00 [error] <0.132.0> ===========
            2026-11-23 13:27:11.918850+00:00 [error] <0.132.0> Error during startup: {error,failed_to_prepare}
            ===========
            Error during startup: {error,failed_to_prepare}

            2026-11-23 13:27:12.922741+00:00 [error] <0.132.0>     supervisor: {local,rabbit_prelaunch_sup}
            2026-11-23 13:27:12.923273+00:00 [error] <0.130.0>     reductions: 170
            Kernel pid terminated (application_controller) ({application_start_failure,rabbitmq_prelaunch})

            Crash dump is being written to: /tmp/erl_crash.dump...done
            """
        #expect(
            BrokerOutput.lastWords(of: output) == [
                "ssl_options.cacertfile invalid, file does not exist",
                "Error preparing configuration in phase validation:", "Error during startup: {error,failed_to_prepare}",
            ])
        #expect(BrokerOutput.lastWords(of: "").isEmpty)
        #expect(BrokerOutput.lastWords(of: "port [80] is taken") == ["port [80] is taken"])
    }
}
