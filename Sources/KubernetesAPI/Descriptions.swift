import SchemaEngine

/// What fields mean, in a sentence or two each: what `kubectl explain` prints. Read only when a document is asked for.
package enum Descriptions {
    /// By "Structure" or "Structure.field", where a structure goes by the last part of its name.
    package static func table() -> [String: String] {
        var table: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let space = line.firstIndex(of: " ") else { continue }
            table[String(line[..<space])] = String(line[line.index(after: space)...])
        }
        return table
    }

    /// A line each; a name that begins with "*" stands for the field in every structure that says nothing else.
    private static let text = """
        *.apiVersion APIVersion defines the group and the version of the schema that this object is written in.
        *.kind Kind is the name of the resource that this object is, in camel case; it cannot be changed.
        *.metadata Standard object's metadata: its name, its labels and what the server keeps about it.
        *.spec What is wanted of this object.
        *.status What has been observed of this object; written by the system.
        *.items The objects of the list.
        *.conditions The latest observations of the object's state.
        *.observedGeneration The generation of the object that its controller has seen last.
        ObjectMeta Metadata that every stored object has.
        ObjectMeta.name The object's name, unique among the objects of its kind in its namespace. It cannot be changed.
        ObjectMeta.generateName A prefix from which the server makes a unique name when none is given.
        ObjectMeta.namespace The namespace the object lives in; empty for kinds that live in none. It cannot be changed.
        ObjectMeta.labels Keys and values by which objects are selected and grouped.
        ObjectMeta.annotations Keys and values for tools to keep what they like; nothing is selected by them.
        ObjectMeta.uid An identifier that no other object ever has, in time or space; set by the server.
        ObjectMeta.resourceVersion An opaque mark of the object's state, new with every write; with it, a write that comes late fails.
        ObjectMeta.generation A number that rises when what is wanted of the object changes; set by the server.
        ObjectMeta.creationTimestamp CreationTimestamp is a timestamp of when the server made the object, in UTC; set by the server.
        ObjectMeta.deletionTimestamp When the object is to be gone, once its deletion has been asked for; set by the server.
        ObjectMeta.deletionGracePeriodSeconds How many seconds the object may take to end gracefully; set together with deletionTimestamp.
        ObjectMeta.ownerReferences Objects this one depends on: when all of them are gone, it is collected as garbage.
        ObjectMeta.finalizers Names of those that have something to do before the object may go; it stays until the list is empty.
        ObjectMeta.managedFields Who set which fields, for server-side apply; kept by the server.
        ObjectMeta.selfLink Not set any more.
        ListMeta What the server says about a list.
        ListMeta.resourceVersion The state of the cluster that the list shows; watches go on from it.
        ListMeta.continue A token for the next part of a list that was asked for with a limit.
        ListMeta.remainingItemCount How many objects follow that are not in this part.
        OwnerReference.blockOwnerDeletion Whether the owner, when it is deleted in the foreground, waits for this object to go first.
        OwnerReference.controller Whether this owner is the one that controls the object; at most one is.
        OwnerReference.name The owner's name.
        OwnerReference.uid The owner's identifier.
        LabelSelector Selects objects by labels: all requirements must hold. An empty selector selects everything, an absent one nothing.
        LabelSelector.matchLabels Labels that must be there with these values.
        LabelSelector.matchExpressions Requirements on labels; all must hold.
        LabelSelectorRequirement.key The label that the requirement is about.
        LabelSelectorRequirement.operator In, NotIn, Exists or DoesNotExist.
        LabelSelectorRequirement.values The values for In and NotIn; empty for the others.
        Pod One or more containers that run together on one node and share its network address and volumes.
        Pod.spec What runs, and how. Most of it cannot be changed once the pod is there.
        PodTemplateSpec What the pods made from this template are like.
        PodSpec.activeDeadlineSeconds After so many seconds from its start the pod is failed.
        PodSpec.affinity Rules about where the pod may and had better run.
        PodSpec.automountServiceAccountToken Whether the containers find a token of their service account mounted.
        PodSpec.containers The containers of the pod; there is at least one.
        PodSpec.dnsConfig Settings for the containers' resolver, beside those that follow from dnsPolicy.
        PodSpec.dnsPolicy Where names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default (as on the node) or None.
        PodSpec.enableServiceLinks Whether the addresses of services stand in the containers' environment.
        PodSpec.ephemeralContainers Containers added to a running pod to look into it, as `kubectl debug` does.
        PodSpec.hostAliases Lines for the containers' /etc/hosts.
        PodSpec.hostIPC Share the node's namespace for interprocess communication.
        PodSpec.hostNetwork Use the node's network instead of one of the pod's own.
        PodSpec.hostPID Share the node's namespace of processes.
        PodSpec.hostname The pod's host name; its own name when empty.
        PodSpec.imagePullSecrets Secrets with credentials for registries.
        PodSpec.initContainers Containers that end, one after another, before the others start; with restartPolicy Always, sidecars.
        PodSpec.nodeName The node the pod runs on; set by the scheduler, or by whoever wants to do without it.
        PodSpec.nodeSelector Labels that a node must have to run the pod.
        PodSpec.os The operating system of the containers: linux or windows.
        PodSpec.overhead What the pod costs beside its containers; set from the runtime class.
        PodSpec.preemptionPolicy Whether pods of lower priority may be put out for this one: PreemptLowerPriority or Never.
        PodSpec.priority The number that priorityClassName stands for; set by the server.
        PodSpec.priorityClassName How important the pod is beside others.
        PodSpec.readinessGates Conditions that must be true, beside its containers being ready, for the pod to be ready.
        PodSpec.resources What all containers together need and may use.
        PodSpec.restartPolicy What happens when a container ends: Always, OnFailure or Never restart it.
        PodSpec.runtimeClassName The RuntimeClass that runs the pod.
        PodSpec.schedulerName The scheduler that finds a node for the pod.
        PodSpec.schedulingGates While there is one, the pod is not scheduled.
        PodSpec.securityContext Security settings of the pod, and the containers' defaults.
        PodSpec.serviceAccountName The service account as which the pod speaks to the API server.
        PodSpec.setHostnameAsFQDN Whether the host name is the fully qualified one.
        PodSpec.shareProcessNamespace Whether the containers see each other's processes.
        PodSpec.subdomain With it the pod's full name is hostname.subdomain.namespace.svc.DOMAIN.
        PodSpec.terminationGracePeriodSeconds How many seconds the containers have from being asked to end to being killed.
        PodSpec.tolerations Taints of nodes that the pod puts up with.
        PodSpec.topologySpreadConstraints How evenly such pods are spread over zones, nodes or other domains.
        PodSpec.volumes What the containers may mount.
        PodStatus.phase Where the pod is in its life: Pending, Running, Succeeded, Failed or Unknown.
        PodStatus.podIP The pod's address, once it has one.
        PodStatus.hostIP The address of the pod's node.
        PodStatus.containerStatuses The state of each container.
        PodStatus.initContainerStatuses The state of each init container.
        PodStatus.qosClass Guaranteed, Burstable or BestEffort, by requests and limits: who is put out first when memory runs short.
        PodStatus.reason A word for why the pod is as it is.
        PodStatus.message A sentence for why the pod is as it is.
        PodStatus.startTime When the node took the pod on.
        Container A container of a pod.
        Container.args Arguments of the command; the image's own when absent. $(NAME) stands for a variable of the environment.
        Container.command The command; the image's entry point when absent. $(NAME) stands for a variable of the environment.
        Container.env Variables of the environment.
        Container.envFrom ConfigMaps and Secrets whose keys become variables of the environment.
        Container.image The image, as registry/repository:tag or with a digest.
        Container.imagePullPolicy When the image is fetched: Always, IfNotPresent or Never. Always for the tag latest, else IfNotPresent.
        Container.lifecycle What is done right after the container starts and before it is stopped.
        Container.livenessProbe When this probe fails, the container is restarted.
        Container.name The container's name, unique in its pod.
        Container.ports Ports that the container listens on.
        Container.readinessProbe While this probe fails, services send the pod nothing.
        Container.resizePolicy Whether a change of resources needs a restart.
        Container.resources What the container needs and may use.
        Container.restartPolicy Always makes an init container a sidecar.
        Container.securityContext Security settings of the container; they go before the pod's.
        Container.startupProbe Until this probe has succeeded once, the other probes wait.
        Container.stdin Whether the container has an input that stays open.
        Container.stdinOnce Whether the input is closed after the first client has left.
        Container.terminationMessagePath The file whose text becomes the status's message when the container ends.
        Container.terminationMessagePolicy File, or FallbackToLogsOnError: the log's end when the file is empty and the container failed.
        Container.tty Whether the container has a terminal.
        Container.volumeDevices Block devices of the pod's volumes.
        Container.volumeMounts Where the pod's volumes are seen.
        Container.workingDir The directory the command starts in; the image's when absent.
        ContainerPort.containerPort The port in the container.
        ContainerPort.hostPort A port of the node that leads to this one.
        ContainerPort.name A name for services to use in place of the number.
        ContainerPort.protocol TCP, UDP or SCTP.
        EnvVar.name The variable's name.
        EnvVar.value The variable's value; $(NAME) stands for a variable set before.
        EnvVar.valueFrom Where the value comes from instead.
        EnvVarSource.configMapKeyRef A key of a ConfigMap.
        EnvVarSource.fieldRef A field of the pod.
        EnvVarSource.resourceFieldRef A limit or request of a container.
        EnvVarSource.secretKeyRef A key of a Secret.
        ResourceRequirements.claims Claims of the pod that this container uses.
        ResourceRequirements.limits The most that may be used.
        ResourceRequirements.requests What is set aside for it: pods are placed by this.
        Probe.exec A command that succeeds when it ends with 0.
        Probe.failureThreshold After so many failures in a row the probe counts as failed.
        Probe.grpc A gRPC health check.
        Probe.httpGet An HTTP request that succeeds with a code from 200 to 399.
        Probe.initialDelaySeconds How many seconds after the container's start probing begins.
        Probe.periodSeconds How many seconds lie between two probes.
        Probe.successThreshold After so many successes in a row the probe counts as succeeded.
        Probe.tcpSocket A connection that succeeds when it is accepted.
        Probe.timeoutSeconds After how many seconds a probe counts as failed.
        VolumeMount.mountPath Where in the container the volume is seen.
        VolumeMount.name The volume's name.
        VolumeMount.readOnly Whether the container may not write there.
        VolumeMount.subPath A path in the volume that is mounted instead of its root.
        Volume A directory or device that the containers of a pod can mount.
        Volume.configMap Files from a ConfigMap.
        Volume.downwardAPI Files with fields of the pod.
        Volume.emptyDir An empty directory that lasts as long as the pod.
        Volume.hostPath A file or directory of the node.
        Volume.name The volume's name, unique in its pod.
        Volume.persistentVolumeClaim The volume of a PersistentVolumeClaim.
        Volume.projected Files of several sources in one directory.
        Volume.secret Files from a Secret.
        Toleration.effect The taint's effect; empty stands for all.
        Toleration.key The taint's key; empty, with operator Exists, stands for all.
        Toleration.operator Exists or Equal.
        Toleration.tolerationSeconds For how many seconds a NoExecute taint is put up with; for ever when absent.
        Toleration.value The taint's value, for Equal.
        Deployment Keeps a number of equal pods running, and replaces them step by step when their template changes.
        DeploymentSpec.minReadySeconds For how many seconds a new pod must be ready to count as available.
        DeploymentSpec.paused Whether changes of the template wait.
        DeploymentSpec.progressDeadlineSeconds After how many seconds without progress a rollout is reported as failed.
        DeploymentSpec.replicas How many pods are wanted.
        DeploymentSpec.revisionHistoryLimit How many former ReplicaSets are kept to go back to.
        DeploymentSpec.selector Which pods belong to the deployment; it must fit the template's labels and cannot be changed.
        DeploymentSpec.strategy How old pods are replaced by new ones.
        DeploymentSpec.template What the pods are like.
        DeploymentStrategy.rollingUpdate Bounds of a rolling update.
        DeploymentStrategy.type RollingUpdate, or Recreate: end the old pods before new ones start.
        ReplicaSet Keeps a number of equal pods running.
        ReplicaSetSpec.replicas How many pods are wanted.
        ReplicaSetSpec.selector Which pods belong to the set.
        ReplicaSetSpec.template What the pods are like.
        StatefulSet Keeps numbered pods running, each with a name and volumes that last.
        StatefulSetSpec.podManagementPolicy OrderedReady starts pods one after another, Parallel all at once.
        StatefulSetSpec.replicas How many pods are wanted.
        StatefulSetSpec.serviceName The headless service under which the pods have names.
        StatefulSetSpec.updateStrategy How pods are replaced when the template changes.
        StatefulSetSpec.volumeClaimTemplates Claims that each pod gets of its own.
        DaemonSet Runs a pod on every node, or on those selected.
        DaemonSetSpec.template What the pods are like.
        DaemonSetSpec.updateStrategy How pods are replaced when the template changes.
        Job Runs pods until enough of them have succeeded.
        JobSpec.activeDeadlineSeconds After so many seconds the job is failed.
        JobSpec.backoffLimit How many failures are made up for before the job is failed.
        JobSpec.completionMode NonIndexed, or Indexed: every pod has a number of its own.
        JobSpec.completions How many pods must succeed.
        JobSpec.parallelism How many pods may run at a time.
        JobSpec.suspend Whether no pod may run for now.
        JobSpec.template What the pods are like.
        JobSpec.ttlSecondsAfterFinished How many seconds after its end the job is deleted.
        CronJob Makes jobs at given times.
        CronJobSpec.concurrencyPolicy What happens when the last job still runs: Allow, Forbid or Replace.
        CronJobSpec.jobTemplate What the jobs are like.
        CronJobSpec.schedule When jobs are made, as in a crontab.
        CronJobSpec.suspend Whether no job is made for now.
        CronJobSpec.timeZone The time zone of the schedule.
        Service A stable address for a changing set of pods.
        ServiceSpec.clusterIP The service's address in the cluster; None makes it headless. Given by the server when empty.
        ServiceSpec.externalName The name that DNS answers with for a service of type ExternalName.
        ServiceSpec.externalTrafficPolicy Cluster, or Local to keep clients' addresses and reach only pods on the same node.
        ServiceSpec.internalTrafficPolicy Cluster, or Local to reach only pods on the same node.
        ServiceSpec.ports The ports of the service.
        ServiceSpec.publishNotReadyAddresses Whether pods that are not ready count too.
        ServiceSpec.selector Labels of the pods that are reached; without it the endpoints are somebody else's to keep.
        ServiceSpec.sessionAffinity None, or ClientIP to lead a client to the same pod each time.
        ServiceSpec.type ClusterIP, NodePort, LoadBalancer or ExternalName.
        ServicePort.name The port's name, needed when there are several.
        ServicePort.nodePort The port on every node, for NodePort and LoadBalancer.
        ServicePort.port The service's port.
        ServicePort.protocol TCP, UDP or SCTP.
        ServicePort.targetPort The pods' port, by number or name.
        Ingress Leads HTTP requests from outside to services, by host and path.
        IngressSpec.defaultBackend Who gets what no rule fits.
        IngressSpec.ingressClassName The IngressClass that serves it.
        IngressSpec.rules Hosts and their paths.
        IngressSpec.tls Hosts that are served over TLS, with their certificates.
        ConfigMap Configuration for pods, as text or bytes under keys.
        ConfigMap.binaryData Values that are not UTF-8, in base64.
        ConfigMap.data Values that are text.
        ConfigMap.immutable Whether the data may not be changed any more.
        Secret Values that not everybody may see: passwords, tokens, keys.
        Secret.data The values, in base64.
        Secret.immutable Whether the data may not be changed any more.
        Secret.stringData Values as text; the server writes them into data and does not give them back.
        Secret.type What the secret is for; some types ask for certain keys.
        Namespace A part of the cluster with names of its own.
        NamespaceSpec.finalizers What has to be cleaned up before the namespace may go.
        Node A machine that runs pods.
        NodeSpec.podCIDR The addresses of the node's pods.
        NodeSpec.taints Marks that keep pods away that do not tolerate them.
        NodeSpec.unschedulable Whether no new pods are placed here.
        ServiceAccount An identity for pods.
        PersistentVolume Storage of the cluster.
        PersistentVolumeClaim A wish for storage, for pods to mount.
        PersistentVolumeClaimSpec.accessModes How the volume will be mounted: ReadWriteOnce, ReadOnlyMany, ReadWriteMany, ReadWriteOncePod.
        PersistentVolumeClaimSpec.resources How much storage is wanted.
        PersistentVolumeClaimSpec.storageClassName The StorageClass that provides the volume.
        PersistentVolumeClaimSpec.volumeMode Filesystem or Block.
        PersistentVolumeClaimSpec.volumeName The volume the claim is bound to.
        StorageClass How volumes of a sort are made.
        HorizontalPodAutoscaler Changes the number of replicas by what they use.
        PodDisruptionBudget Bounds how many pods may be missing because of evictions.
        NetworkPolicy Says which traffic reaches and leaves pods.
        Role Rights in a namespace.
        RoleBinding Gives users, groups and service accounts the rights of a role in a namespace.
        ClusterRole Rights in all of the cluster, or in a namespace by a RoleBinding.
        ClusterRoleBinding Gives users, groups and service accounts the rights of a role in all of the cluster.
        PolicyRule.apiGroups The groups of the resources; "" is the core one, "*" all.
        PolicyRule.resources The resources, with "/" and the subresource where one is meant; "*" is all.
        PolicyRule.resourceNames The objects' names; all when empty.
        PolicyRule.verbs What may be done; "*" is everything.
        PolicyRule.nonResourceURLs Paths beside the resources, such as /healthz.
        Event Something that happened to an object.
        CustomResourceDefinition Adds a kind of objects to the API.
        """
}
