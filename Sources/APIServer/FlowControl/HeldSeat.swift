import Synchronization

/// The seat of a watch, which it keeps until it has told what there is. Safe from any thread.
final class HeldSeat: Sendable {
    private let controller: FlowController
    private let seat: Mutex<FlowController.Seat?>

    init(_ seat: FlowController.Seat, of controller: FlowController) {
        self.controller = controller
        self.seat = Mutex(seat)
    }

    /// Gives the seat away, at the first call.
    func release() {
        let held = seat.withLock { seat in
            defer { seat = nil }
            return seat
        }
        if let held { controller.finish(held) }
    }
}
