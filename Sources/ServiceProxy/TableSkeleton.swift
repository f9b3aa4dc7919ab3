/// The fixed part of the table: containers, hooks, and the chains that rules of services jump to.
///
/// Packets meet it in this order: `refuse-*` (services without endpoints), `translate-*` (destination), `masquerade-sources`.
package func tableSkeleton(_ configuration: ProxyConfiguration) -> String {
    let bit = "0x" + String(configuration.masqueradeBit, radix: 16)
    let others = "0x" + String(~configuration.masqueradeBit, radix: 16)
    let pods = configuration.podCIDR
    return """
        add table ip \(configuration.table)
        delete table ip \(configuration.table)
        table ip \(configuration.table) {
            map service-addresses { type ipv4_addr . inet_proto . inet_service : verdict; }
            map node-ports { type inet_proto . inet_service : verdict; }
            map refused-addresses { type ipv4_addr . inet_proto . inet_service : verdict; }
            map refused-node-ports { type inet_proto . inet_service : verdict; }
            map host-ports { type inet_proto . inet_service : ipv4_addr . inet_service; }
            map host-port-addresses { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }
            set hairpins { type ipv4_addr . ipv4_addr; }
            chain mark-for-masquerade {
                meta mark set meta mark | \(bit)
            }
            chain refuse-connection {
                reject
            }
            chain drop-connection {
                drop
            }
            chain drop-from-outside {
                ip saddr \(pods) return
                fib saddr type local return
                drop
            }
            chain refuse {
                ip daddr . meta l4proto . th dport vmap @refused-addresses
                fib daddr type local meta l4proto . th dport vmap @refused-node-ports
            }
            chain translate {
                ip daddr \(configuration.serviceCIDR) ip saddr != \(pods) fib saddr type != local jump mark-for-masquerade
                ip daddr . meta l4proto . th dport vmap @service-addresses
                fib daddr type local meta l4proto . th dport vmap @node-ports
                dnat to ip daddr . meta l4proto . th dport map @host-port-addresses
                fib daddr type local dnat to meta l4proto . th dport map @host-ports
            }
            chain refuse-forwarded {
                type filter hook prerouting priority -110;
                iifname "\(configuration.bridge)" ip daddr 127.0.0.0/8 drop
                ct state new jump refuse
            }
            chain refuse-local {
                type filter hook output priority -110;
                ct state new jump refuse
            }
            chain translate-forwarded {
                type nat hook prerouting priority -100;
                jump translate
            }
            chain translate-local {
                type nat hook output priority -100;
                jump translate
            }
            chain no-redirects {
                type filter hook output priority 0;
                oifname "\(configuration.bridge)" icmp type redirect drop
            }
            chain masquerade-sources {
                type nat hook postrouting priority 100;
                meta mark & \(bit) == \(bit) meta mark set meta mark & \(others) masquerade fully-random
                ct status dnat ip saddr 127.0.0.0/8 masquerade fully-random
                ct status dnat ip saddr . ip daddr @hairpins masquerade fully-random
                ip saddr \(pods) ip daddr != { \(pods), 224.0.0.0/4 } masquerade fully-random
            }
        }

        """
}
