import ArgumentParser
import LifecycleCommands

@main
struct Entry {
    static func main() async { await Martlet.main(nil) }
}
