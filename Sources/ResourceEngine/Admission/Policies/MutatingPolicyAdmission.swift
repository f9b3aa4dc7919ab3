import Core
import SchemaEngine
import Values

/// Applies MutatingAdmissionPolicies.
struct MutatingPolicyAdmission: MutatingPlugin {
    let name = "MutatingAdmissionPolicy"
    private let services: AdmissionServices
    private let policies: PolicySet<MutatingPolicy>

    init(_ services: AdmissionServices) {
        self.services = services
        let group = "admissionregistration.k8s.io"
        policies = PolicySet(
            policies: ConfigurationCache("\(group)/mutatingadmissionpolicies", logger: services.logger, make: MutatingPolicy.init),
            bindings: ConfigurationCache("\(group)/mutatingadmissionpolicybindings", logger: services.logger, make: PolicyBinding.init),
            name: { $0.core.name })
    }

    /// A policy that is about the write, with a binding and one of its parameters.
    private struct Invocation {
        let policy: MutatingPolicy
        let binding: PolicyBinding
        let version: ServedResource
        let param: Value?

        var identity: String {
            "\(policy.core.name)/\(binding.name)/\(param.map { "\($0.namespace)/\($0.name)" } ?? "")"
        }
    }

    /// Why a policy refuses the write.
    private struct Denial {
        let policy: String
        let binding: String?
        let reason: String?
        let why: String

        var message: String {
            binding.map { "policy '\(policy)' with binding '\($0)' denied request: \(why)" }
                ?? "policy \"\(policy)\" denied request: \(why)"
        }
    }

    func mutate(_ request: inout AdmissionRequest, _ cluster: ClusterState) async throws {
        guard request.operation != .delete, !request.configuresAdmission else { return }
        let current = policies.current(cluster)
        guard !current.isEmpty else { return }
        var denials: [Denial] = []
        let invocations = await invocations(current, request, cluster, &denials)
        if !invocations.isEmpty { try await invoke(invocations, &request, cluster, &denials) }
        guard let first = denials.first else { return }
        var error = request.forbidden("admission request denied by policy")
        error.message = first.message
        if let reason = first.reason { error.reason = APIError.Reason(rawValue: reason) }
        error.causes += denials.map { .init(reason: "", message: $0.message, field: "") }
        throw error
    }

    private func invocations(
        _ current: [(policy: MutatingPolicy, bindings: [PolicyBinding])], _ request: AdmissionRequest, _ cluster: ClusterState,
        _ denials: inout [Denial]
    ) async -> [Invocation] {
        var result: [Invocation] = []
        for (policy, bindings) in current {
            let core = policy.core
            func deny(_ error: any Error, _ binding: PolicyBinding?) {
                guard !core.failsOpen else { return }
                denials.append(
                    Denial(
                        policy: core.name, binding: binding?.name, reason: nil,
                        why: "failed to configure \(binding == nil ? "policy" : "binding"): \(error)"))
            }
            let version: ServedResource
            do {
                guard let found = try core.matcher.match(request, services.versions, cluster) else { continue }
                version = found
            } catch {
                deny(error, nil)
                continue
            }
            for binding in bindings {
                do {
                    if let matcher = binding.matcher, try matcher.match(request, services.versions, cluster) == nil { continue }
                    for param in try await core.params(binding, request, services.registry, cluster) {
                        result.append(Invocation(policy: policy, binding: binding, version: version, param: param))
                    }
                } catch {
                    deny(error, binding)
                }
            }
        }
        return result
    }

    private func invoke(
        _ invocations: [Invocation], _ request: inout AdmissionRequest, _ cluster: ClusterState, _ denials: inout [Denial]
    ) async throws {
        let answers = AccessAnswers(services.authorizer)
        let isSecond = request.reinvocation.isSecondPass
        var memory = request.reinvocation[name]
        if isSecond, memory.lastOutput != request.object { memory.noteChange() }
        for invocation in invocations {
            let core = invocation.policy.core
            func deny(_ why: String) {
                guard !core.failsOpen else { return }
                denials.append(Denial(policy: core.name, binding: invocation.binding.name, reason: "Invalid", why: why))
            }
            let conditions = ExpressionScope(
                request, try await AdmissionView(request, in: invocation.version, services.versions), cluster,
                answers: answers,
                params: invocation.param)
            let whose = PolicyMetrics.Conditioned(name: core.name, kind: "policy", type: "validate")
            switch await core.conditions.match(conditions, of: whose, services.policies) {
            case .matches: break
            case .differs: continue
            case .fails(let why):
                deny(why)
                continue
            }
            if isSecond, !memory.due.contains(invocation.identity) { continue }
            let before = request.object
            for mutation in invocation.policy.mutations {
                let began = ContinuousClock.now
                var problem: String?
                do throws(MutatingPolicy.Problem) {
                    try await apply(mutation, invocation, answers, &request, cluster)
                } catch {
                    problem = error.description
                    deny(error.description)
                }
                services.policies.mutated(core.name, invocation.binding.name, problem, ContinuousClock.now - began)
            }
            if request.object != before {
                memory.noteChange()
                request.reinvocation.isWanted = true
            }
            if invocation.policy.wantsReinvocation { memory.invoked.insert(invocation.identity) }
        }
        memory.lastOutput = request.object
        request.reinvocation[name] = memory
    }

    private func apply(
        _ mutation: MutatingPolicy.Mutation, _ invocation: Invocation, _ answers: AccessAnswers, _ request: inout AdmissionRequest,
        _ cluster: ClusterState
    ) async throws(MutatingPolicy.Problem) {
        do {
            let view = try await AdmissionView(request, in: invocation.version, services.versions)
            guard let object = view.object else { return }
            let scope = ExpressionScope(
                request, view, cluster, answers: answers, params: invocation.param, showsNamespace: true,
                composed: invocation.policy.core.variables, budget: ExpressionScope.budget)
            guard let changed = try await invocation.policy.apply(mutation, to: object, scope, invocation.version.schema) else { return }
            request.object = try await services.versions.take(changed, of: request, in: invocation.version, cluster)
        } catch let error as MutatingPolicy.Problem {
            throw error
        } catch {
            throw MutatingPolicy.Problem(description: "\(error)")
        }
    }
}
