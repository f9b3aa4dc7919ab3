import SchemaEngine
import Values

/// Requests for devices (`pkg/apis/resource/v1/defaults.go`).
extension BuiltInDefaults {
    static let resources: [String: Defaulter.Function] = [
        "io.k8s.api.resource.v1.ExactDeviceRequest": view(ExactDeviceRequest.self) { request in
            if request.allocationMode == "ExactCount", (request.count ?? 0) == 0 { request.count = 1 }
        },
        "io.k8s.api.resource.v1.DeviceSubRequest": view(DeviceSubRequest.self) { request in
            if request.allocationMode == "ExactCount", (request.count ?? 0) == 0 { request.count = 1 }
        },
    ]
}
