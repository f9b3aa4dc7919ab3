/// The services of the interface, by their names on the wire.
enum CRIService: String {
    case runtime = "runtime.v1.RuntimeService"
    case image = "runtime.v1.ImageService"
    /// containerd's own.
    case containerdEvents = "containerd.services.events.v1.Events"
}

/// The interface's methods, as the kubelet names them in its metrics.
enum CRIMethod {
    /// "RunPodSandbox" is "run_podsandbox".
    static func operation(_ method: String) -> String {
        switch method {
        case "UpdateContainerResources": return "update_container"
        case "ImageFsInfo": return "image_fs_info"
        default: break
        }
        var words = ""
        for character in method.replacing("PodSandbox", with: "Podsandbox") {
            if character.isUppercase, !words.isEmpty { words += "_" }
            words += character.lowercased()
        }
        return words
    }
}
