import Core
import JSON
import KubernetesAPI
import ResourceEngine
import SchemaEngine
import Testing
import Values

/// Every validation error of a recorded conversation with upstream. Objects are given as defaulting leaves them.
@Suite struct RecordedValidationTests {
    static let validator = BuiltInValidator()

    private func schema(_ apiVersion: String, _ kind: String) throws -> ResourceSchema {
        try #require(BuiltInSchema.shared.resource(of: GroupVersionKind(apiVersion: apiVersion, kind: kind)))
    }

    private func object(_ text: String) throws -> Value { try JSONParser.parse(text) }

    private func message(_ object: Value, _ causes: [APIError.Cause]) -> String {
        let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        return APIError.invalid(kind, object["metadata"]?["name"]?.string ?? "", causes).message
    }

    private func created(_ text: String) throws -> String {
        let object = try object(text)
        let schema = try schema(object["apiVersion"]?.string ?? "", object["kind"]?.string ?? "")
        return message(object, Self.validator.validateCreate(object, schema))
    }

    private func updated(_ text: String, from old: String, subresource: String = "") throws -> (message: String, causes: [APIError.Cause]) {
        let object = try object(text)
        let schema = try schema(object["apiVersion"]?.string ?? "", object["kind"]?.string ?? "")
        let causes = Self.validator.validateUpdate(object, old: try self.object(old), subresource: subresource, schema)
        return (message(object, causes), causes)
    }

    @Test("names and labels")
    func names() throws {
        #expect(
            try created(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"Bad_Name","namespace":"talk"},"data":{}}"#)
                == #"ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
        )
        #expect(
            try created(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"l","namespace":"talk","labels":{"a b":"c"}}}"#)
                == #"ConfigMap "l" is invalid: metadata.labels: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"#
        )
        #expect(
            try created(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"namespace":"talk"}}"#)
                == #"ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required"#)
        let long = String(repeating: "x", count: 300)
        #expect(
            try created(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(long)","namespace":"talk"}}"#)
                == #"ConfigMap "\#(long)" is invalid: metadata.name: Invalid value: "\#(long)": must be no more than 253 characters"#)
        #expect(
            try created(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"bf","namespace":"talk","finalizers":["nope"]}}"#)
                == #"ConfigMap "bf" is invalid: metadata.finalizers[0]: Invalid value: "nope": name is neither a standard finalizer name nor is it fully qualified"#
        )
    }

    @Test("a finalizer that comes too late is told twice in the causes and once in the message")
    func lateFinalizer() throws {
        let old =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"f","namespace":"talk","resourceVersion":"5","deletionTimestamp":"2026-11-21T03:06:51Z","finalizers":["e.com/f"]}}"#
        let new = old.replacing(#"["e.com/f"]"#, with: #"["e.com/f","e.com/g"]"#)
        let answer = try updated(new, from: old)
        #expect(
            answer.message
                == #"ConfigMap "f" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"e.com/g"}"#
        )
        #expect(answer.causes.count == 2)
        #expect(answer.causes.allSatisfy { $0.reason == "FieldValueForbidden" && $0.field == "metadata.finalizers" })
    }

    @Test("immutable configuration and secrets")
    func immutable() throws {
        let config =
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"im","namespace":"talk","resourceVersion":"5"},"data":{"a":"b"},"immutable":true}"#
        #expect(
            try updated(config.replacing(#""a":"b""#, with: #""a":"c""#), from: config).message
                == #"ConfigMap "im" is invalid: data: Forbidden: field is immutable when `immutable` is set"#)
        let secret =
            #"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s1","namespace":"talk","resourceVersion":"5"},"data":{"v":"MQ=="},"type":"Opaque"}"#
        #expect(
            try updated(secret.replacing(#""Opaque""#, with: #""other""#), from: secret).message
                == #"Secret "s1" is invalid: type: Invalid value: "other": field is immutable"#)
        #expect(
            try created(#"{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/tls","metadata":{"name":"t","namespace":"talk"}}"#)
                == #"Secret "t" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]"#)
    }

    static let containerDefaults =
        #""terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"Always""#
    static let podDefaults =
        #""terminationGracePeriodSeconds":30,"securityContext":{},"schedulerName":"default-scheduler""#

    private func deployment(_ spec: String, name: String = "d") -> String {
        #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"\#(name)","namespace":"talk","resourceVersion":"5"},"spec":{\#(spec),"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":"25%","maxSurge":"25%"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600},"status":{}}"#
    }

    private func template(_ labels: String, _ containers: String, restartPolicy: String = "Always") -> String {
        #""template":{"metadata":{\#(labels)},"spec":{\#(containers)"restartPolicy":"\#(restartPolicy)","dnsPolicy":"ClusterFirst",\#(Self.podDefaults)}}"#
    }

    @Test("deployments")
    func deployments() throws {
        let container = #""containers":[{"name":"only","image":"o",\#(Self.containerDefaults)}],"#
        let old = deployment(#""replicas":0,"selector":{"matchLabels":{"a":"b"}},\#(template(#""labels":{"a":"b"}"#, container))"#)
        #expect(
            try updated(old.replacing(#""matchLabels":{"a":"b"}"#, with: #""matchLabels":{"a":"c"}"#), from: old).message
                == #"Deployment.apps "d" is invalid: [spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`, spec.selector: Invalid value: {"matchLabels":{"a":"c"}}: field is immutable]"#
        )
        let bad = #""containers":[{"name":"C_","image":"",\#(Self.containerDefaults)}],"#
        #expect(
            try created(
                deployment(
                    #""replicas":-1,"selector":{"matchLabels":{"x":"y"}},\#(template(#""labels":{"a":"b"}"#, bad, restartPolicy: "Never"))"#,
                    name: "bad"))
                == #"Deployment.apps "bad" is invalid: [spec.replicas: Invalid value: -1: must be greater than or equal to 0, spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`, spec.template.spec.containers[0].name: Invalid value: "C_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?'), spec.template.spec.containers[0].image: Required value, spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"]"#
        )
        let empty = try created(deployment(#""replicas":1,"selector":null,\#(template("", #""containers":null,"#))"#, name: "bad"))
        #expect(
            empty
                == #"Deployment.apps "bad" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`, spec.template.spec.containers: Required value]"#
        )
    }

    @Test("scales")
    func scale() throws {
        let scale = try object(
            #"{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d","namespace":"talk","resourceVersion":"5"},"spec":{"replicas":-3}}"#
        )
        let causes = Self.validator.validateUpdate(scale, old: scale, subresource: "scale", try schema("apps/v1", "Deployment"))
        #expect(
            message(scale, causes)
                == #"Scale.autoscaling "d" is invalid: spec.replicas: Invalid value: -3: must be greater than or equal to 0"#)
    }

    @Test("pods")
    func pods() throws {
        func pod(_ name: String, _ spec: String, dnsPolicy: String = "ClusterFirst", restartPolicy: String = "Always") -> String {
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"\#(name)","namespace":"talk"},"spec":{\#(spec),"restartPolicy":"\#(restartPolicy)","dnsPolicy":"\#(dnsPolicy)",\#(Self.podDefaults),"serviceAccountName":"default"}}"#
        }
        #expect(try created(pod("p4", #""containers":[]"#)) == #"Pod "p4" is invalid: spec.containers: Required value"#)
        let first =
            #"{"name":"c","image":"i","ports":[{"containerPort":99999,"protocol":"TCP"}],"resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}},"env":[{"name":"1=","value":"x"}],"volumeMounts":[{"name":"nope","mountPath":"/"}],\#(Self.containerDefaults)}"#
        let second = #"{"name":"c","image":"i",\#(Self.containerDefaults)}"#
        #expect(
            try created(
                pod(
                    "p5", #""containers":[\#(first),\#(second)],"volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/","type":""}}]"#,
                    dnsPolicy: "x",
                    restartPolicy: "Sometimes"))
                == #"Pod "p5" is invalid: [spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type, spec.containers[0].ports[0].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive, spec.containers[0].env[0].name: Invalid value: "1=": a valid environment variable name must consist only of printable ASCII characters other than '=', spec.containers[0].volumeMounts[0].name: Not found: "nope", spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1, spec.containers[1].name: Duplicate value: "c", spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never", spec.dnsPolicy: Unsupported value: "x": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]"#
        )
        let old = pod("p1", #""containers":[\#(second)]"#).replacing(
            #""namespace":"talk""#, with: #""namespace":"talk","resourceVersion":"5""#)
        let moved = try updated(
            old.replacing(#""serviceAccountName""#, with: #""nodeName":"n","hostNetwork":true,"serviceAccountName""#), from: old)
        #expect(
            moved.message.hasPrefix(
                #"Pod "p1" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"#
            ))
        #expect(try updated(old.replacing(#""image":"i""#, with: #""image":"i2""#), from: old).causes.isEmpty)
    }

    @Test("services")
    func services() throws {
        func service(_ name: String, _ spec: String) -> String {
            #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"\#(name)","namespace":"talk","resourceVersion":"5"},"spec":{\#(spec),"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"}}"#
        }
        #expect(try created(service("v7", #""ports":[]"#)) == #"Service "v7" is invalid: spec.ports: Required value"#)
        #expect(
            try created(
                service(
                    "v8",
                    #""ports":[{"protocol":"TCP","port":1,"targetPort":1},{"protocol":"TCP","port":2,"targetPort":2}]"#))
                == #"Service "v8" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]"#)
        let old = service(
            "v2",
            #""ports":[{"protocol":"TCP","port":80,"targetPort":80}],"clusterIP":"10.0.77.7","clusterIPs":["10.0.77.7"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack""#
        )
        let answer = try updated(old.replacing("10.0.77.7", with: "10.0.77.8"), from: old)
        #expect(answer.message == #"Service "v2" is invalid: spec.clusterIPs[0]: Invalid value: ["10.0.77.8"]: may not change once set"#)
    }

    @Test("role references and tokens")
    func access() throws {
        let old =
            #"{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"r","namespace":"talk","resourceVersion":"5"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"r"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"jane"}]}"#
        #expect(
            try updated(old.replacing(#""kind":"Role","name":"r""#, with: #""kind":"Role","name":"other""#), from: old).message
                == #"RoleBinding.rbac.authorization.k8s.io "r" is invalid: roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"other"}: cannot change roleRef"#
        )
        let token = try object(#"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":10}}"#)
        #expect(
            message(token, Self.validator.validateCreate(token, try schema("v1", "ServiceAccount")))
                == #"TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes"#
        )
    }

    @Test("API services are called by version and group, the core group included")
    func apiServices() throws {
        let service =
            #"{"apiVersion":"apiregistration.k8s.io/v1","kind":"APIService","metadata":{"name":"v1."},"spec":{"groupPriorityMinimum":18000,"version":"v1","versionPriority":1}}"#
        #expect(try created(service).hasSuffix("is invalid: []"))
        #expect(
            try created(service.replacing(#""name":"v1.""#, with: #""name":"v1.apps""#))
                == #"APIService.apiregistration.k8s.io "v1.apps" is invalid: metadata.name: Invalid value: "v1.apps": must be `spec.version+"."+spec.group`: "v1.""#
        )
    }
}
