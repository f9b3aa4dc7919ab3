import Core
import Values

/// What containers of one pod share.
struct ContainerScope {
    /// The volumes that are in order, by name.
    var volumes: [String: Place]
    /// Names of resource claims.
    var claims: Set<String>
    var restartPolicy: String
    /// Whether the pod runs in the node's user namespace.
    var sharesUsers: Bool
}

extension Validator {
    mutating func containers(_ list: Place, _ scope: ContainerScope) {
        if list.isEmpty { return required(list) }
        var names: Set<String> = []
        for container in list.items {
            self.container(container, scope)
            if !names.insert(container["name"].text).inserted { duplicate(container["name"]) }
            lifecycleAndProbes(container)
            if container["restartPolicy"].isPresent { containerRestartPolicy(container) }
        }
        hostPortConflicts(list.items)
    }

    mutating func initContainers(_ list: Place, regular: Place, _ scope: ContainerScope) {
        var names = Set(regular.items.map { $0["name"].text })
        for container in list.items {
            self.container(container, scope)
            if container["restartPolicy"].isPresent { containerRestartPolicy(container) }
            if !container["name"].isEmpty, !names.insert(container["name"].text).inserted { duplicate(container["name"]) }
            hostPortConflicts([container])
            if container["restartPolicy"].text == "Always" {
                lifecycleAndProbes(container)
            } else {
                for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] where container[field].isPresent {
                    forbidden(container[field], "may not be set for init containers without restartPolicy=Always")
                }
                for policy in container["resizePolicy"].items where policy["restartPolicy"].text == "RestartContainer" {
                    invalid(policy["restartPolicy"], "must not be set to 'RestartContainer' for non-sidecar initContainers")
                }
            }
        }
    }

    mutating func ephemeralContainers(_ list: Place, of spec: Place, _ scope: ContainerScope) {
        let others = Set((spec["containers"].items + spec["initContainers"].items).map { $0["name"].text })
        var names = others
        for container in list.items {
            self.container(container, scope)
            imageWithoutSpaces(container)
            if !names.insert(container["name"].text).inserted { duplicate(container["name"]) }
            let target = container["targetContainerName"]
            if !target.isEmpty, !others.contains(target.text) { notFound(target) }
            for field in ["ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle"]
            where !container[field].isEmpty {
                forbidden(container[field], "cannot be set for an Ephemeral Container")
            }
            for mount in container["volumeMounts"].items {
                for field in ["subPath", "subPathExpr"] where !mount[field].isEmpty {
                    forbidden(mount[field], "cannot be set for an Ephemeral Container")
                }
            }
        }
    }

    mutating func imageWithoutSpaces(_ container: Place) {
        let image = container["image"]
        if image.text.first?.isWhitespace == true || image.text.last?.isWhitespace == true {
            invalid(image, "must not have leading or trailing whitespace")
        }
    }

    private mutating func container(_ container: Place, _ scope: ContainerScope) {
        if container["name"].isEmpty { required(container["name"]) } else { dnsLabel(container["name"]) }
        if container["image"].isEmpty { required(container["image"]) }
        oneOf(container["terminationMessagePolicy"], ["File", "FallbackToLogsOnError"])
        containerPorts(container["ports"])
        environment(container["env"])
        environmentFrom(container["envFrom"])
        volumeMounts(container, scope)
        volumeDevices(container, scope)
        oneOf(container["imagePullPolicy"], ["Always", "IfNotPresent", "Never"])
        resourceRequirements(container["resources"], claims: scope.claims)
        resizePolicies(container["resizePolicy"], scope)
        securityContext(container["securityContext"], scope)
    }

    private mutating func containerRestartPolicy(_ container: Place) {
        let policy = container["restartPolicy"]
        if container.path.contains("initContainers") {
            if policy.text != "Always", !["Never", "OnFailure"].contains(policy.text) {
                unsupported(policy, ["Always", "Never", "OnFailure"])
            }
        } else {
            oneOfIfPresent(policy, ["Always", "Never", "OnFailure"])
        }
        let rules = container["restartPolicyRules"]
        if rules.count > 20 { tooMany(rules, 20) }
        for rule in rules.items {
            if rule["action"].text != "Restart", rule["action"].text != "RestartAllContainers" { unsupported(rule["action"], ["Restart"]) }
            if !rule["exitCodes"].isPresent { required(rule["exitCodes"], "must be specified") }
        }
    }

    private mutating func containerPorts(_ ports: Place) {
        var names: Set<String> = []
        for port in ports.items {
            let name = port["name"]
            if !name.isEmpty {
                let problems = Formats.portName(name.text)
                invalid(name, problems)
                if problems.isEmpty, !names.insert(name.text).inserted { duplicate(name) }
            }
            if (port["containerPort"].int ?? 0) == 0 { required(port["containerPort"]) } else { portNumber(port["containerPort"]) }
            if (port["hostPort"].int ?? 0) != 0 { portNumber(port["hostPort"]) }
            oneOf(port["protocol"], ["SCTP", "TCP", "UDP"])
        }
    }

    private mutating func hostPortConflicts(_ containers: [Place]) {
        var seen: Set<String> = []
        for container in containers {
            for port in container["ports"].items {
                guard let number = port["hostPort"].int, number != 0 else { continue }
                let key = "\(port["protocol"].text)/\(port["hostIP"].text)/\(number)"
                if !seen.insert(key).inserted { duplicate(port["hostPort"], value: .string(key)) }
            }
        }
    }

    // MARK: Environment

    private static let environmentFields = [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
        "status.hostIPs",
        "status.podIP", "status.podIPs",
    ]
    private static let resourceFields = [
        "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory",
    ]

    private mutating func environment(_ list: Place) {
        for variable in list.items {
            if variable["name"].isEmpty {
                required(variable["name"])
            } else {
                invalid(variable["name"], Formats.environmentName(variable["name"].text))
            }
            let from = variable["valueFrom"]
            guard from.isPresent else { continue }
            if from["fieldRef"].isPresent { fieldReference(from["fieldRef"], Self.environmentFields) }
            if from["resourceFieldRef"].isPresent { resourceFieldReference(from["resourceFieldRef"], needsContainer: false) }
            for field in ["configMapKeyRef", "secretKeyRef"] where from[field].isPresent { keyReference(from[field]) }
            if from["fileKeyRef"].isPresent {
                for field in ["key", "volumeName", "path"] where from["fileKeyRef"][field].isEmpty { required(from["fileKeyRef"][field]) }
            }
            let count = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"].filter { from[$0].isPresent }
                .count
            if count == 0 {
                invalid(
                    from, "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
                    value: "")
            } else if !variable["value"].isEmpty {
                invalid(from, "may not be specified when `value` is not empty", value: "")
            } else if count > 1 {
                invalid(from, "may not have more than one field specified at a time", value: "")
            }
        }
    }

    private mutating func keyReference(_ reference: Place) {
        let name = reference["name"]
        for problem in Formats.dnsSubdomain(name.text) { invalid(name, problem, value: .string(name.text)) }
        if reference["key"].isEmpty {
            required(reference["key"])
        } else {
            invalid(reference["key"], Formats.configKey(reference["key"].text))
        }
    }

    mutating func fieldReference(_ reference: Place, _ supported: [String]) {
        if reference["apiVersion"].isEmpty { return required(reference["apiVersion"]) }
        let path = reference["fieldPath"]
        if path.isEmpty { return required(path) }
        if reference["apiVersion"].text != "v1" {
            return invalid(path, "error converting fieldPath: unsupported pod version: \(reference["apiVersion"].text)")
        }
        for (prefix, lowers) in [("metadata.annotations", true), ("metadata.labels", false)]
        where path.text.hasPrefix(prefix + "['") && path.text.hasSuffix("']") {
            let key = String(path.text.dropFirst(prefix.count + 2).dropLast(2))
            return qualifiedName(reference.with(.string(lowers ? key.lowercased() : key)))
        }
        if !supported.contains(path.text) {
            // Labels that the pod has, but that this place does not take, are "not supported"; others are unknown to begin with.
            let known =
                Self.environmentFields + [
                    "metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase",
                ]
            if known.contains(path.text) {
                unsupported(path, supported.sorted())
            } else {
                invalid(path, "error converting fieldPath: field label not supported: \(path.text)")
            }
        }
    }

    mutating func resourceFieldReference(_ reference: Place, needsContainer: Bool) {
        let resource = reference["resource"]
        if needsContainer, reference["containerName"].isEmpty {
            required(reference["containerName"])
        } else if resource.isEmpty {
            required(resource)
        } else if !Self.resourceFields.contains(resource.text), !resource.text.hasPrefix("requests.hugepages-"),
            !resource.text.hasPrefix("limits.hugepages-")
        {
            unsupported(resource, Self.resourceFields)
        }
        guard let divisor = Quantity(reference["divisor"].text), !divisor.isZero else { return }
        let sizes = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"]
        let name: String
        switch resource.text {
        case "limits.cpu", "requests.cpu":
            if divisor.description != "1m", divisor.description != "1" {
                invalid(reference["divisor"], "only divisor's values 1m and 1 are supported with the cpu resource", value: resource.value)
            }
            return
        case "limits.memory", "requests.memory": name = "memory"
        case "limits.ephemeral-storage", "requests.ephemeral-storage": name = "local ephemeral storage"
        default: name = "hugepages"
        }
        if !sizes.contains(divisor.description) {
            invalid(
                reference["divisor"], "only divisor's values \(sizes.joined(separator: ", ")) are supported with the \(name) resource",
                value: resource.value)
        }
    }

    private mutating func environmentFrom(_ list: Place) {
        for source in list.items {
            if !source["prefix"].isEmpty { invalid(source["prefix"], Formats.environmentName(source["prefix"].text)) }
            let references = ["configMapRef", "secretRef"].map { source[$0] }.filter(\.isPresent)
            for reference in references {
                if reference["name"].isEmpty { required(reference["name"]) } else { dnsSubdomain(reference["name"]) }
            }
            if references.isEmpty {
                invalid(list, "must specify one of: `configMapRef` or `secretRef`", value: "")
            } else if references.count > 1 {
                invalid(list, "may not have more than one field specified at a time", value: "")
            }
        }
    }

    // MARK: Mounts

    private mutating func volumeMounts(_ container: Place, _ scope: ContainerScope) {
        let mounts = container["volumeMounts"]
        let deviceNames = Set(container["volumeDevices"].items.map { $0["name"].text })
        let devicePaths = Set(container["volumeDevices"].items.map { $0["devicePath"].text })
        var paths: Set<String> = []
        for mount in mounts.items {
            let name = mount["name"]
            let path = mount["mountPath"]
            if name.isEmpty { required(name) }
            if scope.volumes[name.text] == nil { notFound(name) }
            if path.isEmpty { required(path) }
            if !paths.insert(path.text).inserted { invalid(path, "must be unique") }
            if deviceNames.contains(name.text) { invalid(name, "must not already exist in volumeDevices") }
            if devicePaths.contains(path.text) { invalid(path, "must not already exist as a path in volumeDevices") }
            // Upstream reports these on the list.
            if !mount["subPath"].isEmpty { descendingPath(mounts["subPath"].with(mount["subPath"].value)) }
            if !mount["subPathExpr"].isEmpty {
                if !mount["subPath"].isEmpty { invalid(mount["subPathExpr"], "subPathExpr and subPath are mutually exclusive") }
                descendingPath(mounts["subPathExpr"].with(mount["subPathExpr"].value))
            }
            let propagation = mounts["mountPropagation"].with(mount["mountPropagation"].value)
            if propagation.isPresent {
                if !["Bidirectional", "HostToContainer", "None"].contains(propagation.text) {
                    unsupported(propagation, ["Bidirectional", "HostToContainer", "None"])
                } else if propagation.text == "Bidirectional", !container["securityContext"]["privileged"].isTrue {
                    forbidden(propagation, "Bidirectional mount propagation is available only to privileged containers")
                }
            }
            let recursive = mounts["recursiveReadOnly"].with(mount["recursiveReadOnly"].value)
            switch recursive.text {
            case "", "Disabled": break
            case "Enabled", "IfPossible":
                if !mount["readOnly"].isTrue { forbidden(recursive, "may only be specified when readOnly is true") }
                if propagation.isPresent, propagation.text != "None" {
                    forbidden(recursive, "may only be specified when mountPropagation is None or not specified")
                }
            default: unsupported(recursive, ["Disabled", "Enabled", "IfPossible"])
            }
        }
    }

    private mutating func volumeDevices(_ container: Place, _ scope: ContainerScope) {
        let mounts = container["volumeMounts"].items
        let (mountNames, mountPaths) = (Set(mounts.map { $0["name"].text }), Set(mounts.map { $0["mountPath"].text }))
        var names: Set<String> = []
        var paths: Set<String> = []
        for device in container["volumeDevices"].items {
            let name = device["name"]
            let path = device["devicePath"]
            if name.isEmpty { required(name) }
            if names.contains(name.text) { invalid(name, "must be unique") }
            if let volume = scope.volumes[name.text] {
                if !volume["persistentVolumeClaim"].isPresent, !volume["ephemeral"].isPresent {
                    invalid(name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode")
                }
            } else {
                notFound(name)
            }
            if path.isEmpty { required(path) }
            if paths.contains(path.text) { invalid(path, "must be unique") }
            if path.text.split(separator: "/").contains("..") {
                invalid(path, "can not contain backsteps ('..')")
            } else {
                paths.insert(path.text)
            }
            if mountNames.contains(name.text) { invalid(name, "must not already exist in volumeMounts") }
            if mountPaths.contains(path.text) { invalid(path, "must not already exist as a path in volumeMounts") }
            if !name.isEmpty { names.insert(name.text) }
        }
    }

    // MARK: Probes and hooks

    private mutating func lifecycleAndProbes(_ container: Place) {
        for hook in ["postStart", "preStop"] where container["lifecycle"][hook].isPresent { handler(container["lifecycle"][hook]) }
        for name in ["livenessProbe", "readinessProbe", "startupProbe"] where container[name].isPresent {
            let probe = container[name]
            handler(probe)
            for field in ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"] {
                nonNegative(probe[field])
            }
            let grace = probe["terminationGracePeriodSeconds"]
            if let seconds = grace.int, seconds <= 0 { invalid(grace, "must be greater than 0") }
            if name == "readinessProbe" {
                if grace.isPresent { invalid(grace, "must not be set for readinessProbes") }
            } else if probe["successThreshold"].int != 1 {
                invalid(probe["successThreshold"], "must be 1", value: .int(probe["successThreshold"].int ?? 0))
            }
        }
    }

    private mutating func handler(_ place: Place) {
        var found = false
        for kind in ["exec", "httpGet", "tcpSocket", "grpc", "sleep"] where place[kind].isPresent {
            let action = place[kind]
            if found {
                forbidden(action, "may not specify more than 1 handler type")
                continue
            }
            found = true
            switch kind {
            case "exec": if action["command"].isEmpty { required(action["command"]) }
            case "httpGet":
                if action["path"].isEmpty { required(action["path"]) }
                portNumberOrName(action["port"])
                if !["HTTP", "HTTPS"].contains(action["scheme"].text) { unsupported(action["scheme"], ["HTTP", "HTTPS"]) }
                for header in action["httpHeaders"].items {
                    for problem in Formats.headerName(header["name"].text) {
                        invalid(action["httpHeaders"], problem, value: .string(header["name"].text))
                    }
                }
            case "tcpSocket": portNumberOrName(action["port"])
            case "grpc": portNumber(action["port"])
            default:
                if (action["seconds"].int ?? 0) < 0 { invalid(action, "must be non-negative", value: action["seconds"].value) }
            }
        }
        if !found { required(place, "must specify a handler type") }
    }

    // MARK: Security

    /// A user or group number.
    mutating func identifier(_ place: Place) {
        if let number = place.int, !(0...Int64(Int32.max)).contains(number) {
            invalid(place, "must be between 0 and 2147483647, inclusive")
        }
    }

    private mutating func securityContext(_ context: Place, _ scope: ContainerScope) {
        guard context.isPresent else { return }
        identifier(context["runAsUser"])
        identifier(context["runAsGroup"])
        let procMount = context["procMount"]
        if procMount.isPresent {
            if !["Default", "Unmasked"].contains(procMount.text) { unsupported(procMount, ["Default", "Unmasked"]) }
            if scope.sharesUsers, procMount.text == "Unmasked" { invalid(procMount, "`hostUsers` must be false to use `Unmasked`") }
        }
        seccompProfile(context["seccompProfile"])
        if context["allowPrivilegeEscalation"].value?.bool == false {
            if context["privileged"].isTrue {
                invalid(context, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true")
            }
            if context["capabilities"]["add"].texts.contains("CAP_SYS_ADMIN") {
                invalid(context, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN")
            }
        }
        appArmorProfile(context["appArmorProfile"])
    }

    mutating func seccompProfile(_ profile: Place) {
        guard profile.isPresent else { return }
        let kinds = ["Localhost", "RuntimeDefault", "Unconfined"]
        if profile["type"].isEmpty {
            required(profile["type"], "type is required when seccompProfile is set")
        } else if !kinds.contains(profile["type"].text) {
            unsupported(profile["type"], kinds)
        }
        let local = profile["localhostProfile"]
        if profile["type"].text == "Localhost" {
            if local.isPresent { descendingPath(local) } else { required(local, "must be set when seccomp type is Localhost") }
        } else if local.isPresent {
            invalid(local, "can only be set when seccomp type is Localhost", value: profile.value)
        }
    }

    mutating func appArmorProfile(_ profile: Place) {
        guard profile.isPresent else { return }
        let local = profile["localhostProfile"]
        switch profile["type"].text {
        case "Localhost":
            if local.isEmpty {
                required(local, "must be set when AppArmor type is Localhost")
            } else if local.text.first?.isWhitespace == true || local.text.last?.isWhitespace == true {
                invalid(local, "must not be padded with whitespace")
            }
            if local.text.utf8.count > 4095 { tooLong(local, 4095) }
        case "RuntimeDefault", "Unconfined":
            if local.isPresent { invalid(local, "can only be set when AppArmor type is Localhost") }
        case "": required(profile["type"], "type is required when appArmorProfile is set")
        default: unsupported(profile["type"], ["Localhost", "RuntimeDefault", "Unconfined"])
        }
    }

    private mutating func resizePolicies(_ list: Place, _ scope: ContainerScope) {
        var seen: Set<String> = []
        for policy in list.items {
            let name = policy["resourceName"]
            let restart = policy["restartPolicy"]
            if !seen.insert(name.text).inserted { duplicate(policy, value: name.value) }
            if name.isEmpty {
                required(list)
            } else if !["cpu", "memory"].contains(name.text) {
                unsupported(list, ["cpu", "memory"], value: name.value)
            }
            if restart.isEmpty {
                required(list)
            } else if !["NotRequired", "RestartContainer"].contains(restart.text) {
                unsupported(list, ["NotRequired", "RestartContainer"], value: restart.value)
            }
            if scope.restartPolicy == "Never", restart.text != "NotRequired" {
                invalid(list, "must be 'NotRequired' when pod `restartPolicy` is 'Never'", value: .string(restart.text))
            }
        }
    }
}
