// Steps as people read them.

extension Rules {
    /// A counterexample as a numbered sequence of steps, and what is wrong at its end.
    public func text(of finding: Finding) -> String { text(of: finding.steps) + "\n=> \(finding.violation)" }

    public func text(of steps: [Step]) -> String {
        steps.enumerated().map { "\($0.offset + 1). \(text(of: $0.element))" }.joined(separator: "\n")
    }

    func text(of step: Step) -> String {
        switch step {
        case .fails(let failure): "failure: \(text(of: failure))"
        case .ends(let ending): "end: \(text(of: ending))"
        case .happens(let happening): text(of: happening)
        case .looks(let place): "the agent of \(name(place)) looks"
        case .acts(let place): "the agent of \(name(place)) does what it decided"
        case .recovers(let place): "a person does on \(name(place)) what warren recover says"
        }
    }

    private func text(of failure: Failure) -> String {
        switch failure {
        case .killBroker(let place): "the broker of \(name(place)) is killed"
        case .powerLost(let place): "\(name(place)) loses power"
        case .powerLostEverywhere: "all hosts lose power"
        case .diskBlanked(let place): "the broker's disk of \(name(place)) comes back blank"
        case .machineReplaced(let place): "\(name(place)) is another machine, without any memory"
        case .diskUnmounted(let place): "the broker's disk of \(name(place)) is not mounted"
        case .linkCut(let place, let other): "the link between \(name(place)) and \(name(other)) is cut"
        case .isolated(let place): "\(name(place)) is cut off"
        case .frozen(let place): "the broker of \(name(place)) is frozen"
        case .replicaGone(let place): "\(name(place)) runs on without its replica"
        case .applicationStopped(let place): "a person stops the application on \(name(place))"
        case .agentKilled(let place): "the agent of \(name(place)) is killed"
        case .memoryLost(let place): "the agent of \(name(place)) is killed and its memory is gone"
        }
    }

    private func text(of ending: Ending) -> String {
        switch ending {
        case .powerBack(let place): "\(name(place)) has power again"
        case .diskMounted(let place): "the disk of \(name(place)) is mounted again"
        case .linkMended(let place, let other): "the link between \(name(place)) and \(name(other)) is back"
        case .resumed(let place): "the broker of \(name(place)) goes on"
        case .applicationStarted(let place): "the person starts the application on \(name(place))"
        case .agentStarted(let place): "the agent of \(name(place)) is started"
        }
    }

    private func text(of happening: Happening) -> String {
        switch happening {
        case .notices(let place): "\(name(place)) notices whom it lost"
        case .splitsOff(let place): "\(name(place)) goes on by itself, split off"
        case .returns(let place): "\(name(place)) ends its pause and boots"
        case .boots(let place): "\(name(place)) has booted"
        case .givesUp(let place): "\(name(place)) gives up booting"
        case .elects(let place): "\(name(place)) is elected leader of the queue"
        case .publishes(let holders): "a message is confirmed by \(names(holders))"
        case .catchesUp(let place): "\(name(place)) catches up"
        }
    }
}
