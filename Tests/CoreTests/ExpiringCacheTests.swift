import Core
import Testing

@Suite struct ExpiringCacheTests {
    private let start = Timestamp(seconds: 1_000)

    @Test func `an answer holds until its end`() {
        let cache = ExpiringCache<String, Int>(capacity: 4)
        cache.remember("a", 1, until: start + .seconds(10), now: start)
        #expect(cache["a", start + .seconds(9)] == 1)
        #expect(cache["a", start + .seconds(10)] == nil)
        cache.remember("b", 2, until: start, now: start)
        #expect(cache.count == 1)
        cache.remember("a", 3, until: start + .seconds(20), now: start)
        #expect(cache["a", start + .seconds(10)] == 3)
    }

    @Test func `a full cache forgets what has ended, and then what was not used for longest`() {
        let cache = ExpiringCache<Int, Int>(capacity: 8)
        for number in 0..<8 { cache.remember(number, number, until: start + .seconds(number == 3 ? 1 : 100), now: start) }
        _ = cache[0, start]
        cache.remember(8, 8, until: start + .seconds(100), now: start + .seconds(2))
        #expect(cache[3, start] == nil)
        #expect(cache[1, start] == nil)
        #expect(cache[0, start] == 0)
        #expect(cache[8, start] == 8)
        for number in 100..<1000 {
            cache.remember(number, number, until: start + .seconds(100), now: start)
            #expect(cache.count <= 8)
        }
    }
}
