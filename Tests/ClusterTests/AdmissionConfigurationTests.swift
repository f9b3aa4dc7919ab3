import Cluster
import Core
import Testing
import Values

@Suite struct AdmissionConfigurationTests {
    private func problem(_ flags: [String: String]) -> String {
        var settings = APIServerSettings()
        settings.flags = flags
        do {
            _ = try AdmissionConfiguration(settings)
            return ""
        } catch { return "\(error)" }
    }

    @Test func `plugins are turned on and off by name`() throws {
        var settings = APIServerSettings()
        #expect(try AdmissionConfiguration(settings).enabled.contains("NodeRestriction"))
        settings.flags = ["enable-admission-plugins": "AlwaysPullImages, NodeRestriction", "disable-admission-plugins": "PodSecurity"]
        let enabled = try AdmissionConfiguration(settings).enabled
        #expect(enabled.contains("AlwaysPullImages") && enabled.contains("LimitRanger") && !enabled.contains("PodSecurity"))
        #expect(problem(["enable-admission-plugins": "Nonsense"]).contains("--enable-admission-plugins Nonsense is not known"))
        #expect(problem(["disable-admission-plugins": "PodResizeValidator"]).contains("neither on nor off"))
        #expect(
            problem(["enable-admission-plugins": "AlwaysDeny", "disable-admission-plugins": "AlwaysDeny"]).contains("both name AlwaysDeny"))
        #expect(problem(["admission-control-config-file": "/nowhere/at/all"]).contains("--admission-control-config-file"))
    }

    @Test func `plugins read their configuration from the file or from beside it`() throws {
        func document(_ plugins: Value) -> Value {
            ["apiVersion": "apiserver.config.k8s.io/v1", "kind": "AdmissionConfiguration", "plugins": plugins]
        }
        func problem(_ document: Value) -> String {
            do {
                _ = try AdmissionConfiguration.read(document) { _ in throw ClusterError("gone") }
                return ""
            } catch let error as APIError { return error.message } catch { return "\(error)" }
        }
        let read = try AdmissionConfiguration.read(
            document([
                ["name": "EventRateLimit", "path": "limits.yaml"],
                ["name": "PodNodeSelector", "configuration": ["podNodeSelectorPluginConfig": ["a": "b=c"]]],
            ])
        ) { path in
            #expect(path == "limits.yaml")
            return Array("limits: [{type: Server, qps: 1, burst: 1}]".utf8)
        }
        #expect(read["EventRateLimit"]?["limits"]?.array?.first?["type"] == "Server")
        #expect(read["PodNodeSelector"] == ["podNodeSelectorPluginConfig": ["a": "b=c"]])
        #expect(problem(["kind": "AdmissionConfiguration"]).contains("AdmissionConfiguration of apiserver.config.k8s.io/v1"))
        #expect(problem(document([["name": "LimitRanger", "path": "x"]])).hasPrefix("plugins[0].name: \"LimitRanger\" takes no"))
        #expect(problem(document([["name": "EventRateLimit"]])).hasPrefix("plugins[0]: path or configuration"))
        #expect(problem(document([["name": "EventRateLimit", "path": "x"]])) == "plugins[0].path: x: gone")
        let twice: Value = ["name": "EventRateLimit", "configuration": ["limits": []]]
        #expect(problem(document([twice, twice])).hasPrefix("plugins[1].name: EventRateLimit is there twice"))
    }
}
