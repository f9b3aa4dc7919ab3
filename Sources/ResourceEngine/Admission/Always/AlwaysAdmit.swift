/// Refuses nothing; for configurations that name it.
struct AlwaysAdmit: AdmissionPlugin {
    let name = "AlwaysAdmit"
}
