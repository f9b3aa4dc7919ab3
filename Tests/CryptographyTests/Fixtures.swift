/// Keys, certificates, requests and signatures that other programs made: Go's crypto packages, OpenSSL's command, pyca/cryptography, and Martlet
/// when it made them with swift-certificates. None of the keys guards anything.
enum Fixtures {
    /// An authority as Martlet made them with swift-certificates.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBbjCCARWgAwIBAgIVAOnta1i/jA3Ak3gl2GNRgD1GxL/uMAoGCCqGSM49BAMC
        MBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwHhcNMjYxMTIxMTY0MzE5WhcNMzYxMTE4
        MTY0ODE5WjAVMRMwEQYDVQQDDAprdWJlcm5ldGVzMFkwEwYHKoZIzj0CAQYIKoZI
        zj0DAQcDQgAEt+7Bk6faY/2ETs4eIjl4MQs39bhn4NvfPNkN2Q2uPyh5cYUerEj1
        7J8HFSKbihEiO5GPN0fIpDUvpiYKJT9Qt6NCMEAwDwYDVR0TAQH/BAUwAwEB/zAO
        BgNVHQ8BAf8EBAMCAqQwHQYDVR0OBBYEFD9BXf5cRYhJs+F+TUBHQChEzvi3MAoG
        CCqGSM49BAMCA0cAMEQCIFL88Wt+h66KeOiVqK3oKf/qxlYJhvX6PuffkiOmXXJp
        AiAtRQoPSg3FmywLX3tf/8kliYWNrMNuyuS2lrQDUeivBA==
        -----END CERTIFICATE-----
        """ + "\n"

    /// Its key.
    static let authorityKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLJQqc1q6GxKm01tw
        SSdf636cgy7jduXBvwdfprw/8eWhRANCAAS37sGTp9pj/YROzh4iOXgxCzf1uGfg
        29882Q3ZDa4/KHlxhR6sSPXsnwcVIpuKESI7kY83R8ikNS+mJgolP1C3
        -----END PRIVATE KEY-----
        """ + "\n"

    /// A server's certificate of that authority, with names and addresses.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIICMDCCAdagAwIBAgIVAIBj7YgM0gUILTZYI24vyGyv1hVDMAoGCCqGSM49BAMC
        MBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwHhcNMjYxMTIxMTY0MzE5WhcNMjcxMTIx
        MTY0ODE5WjAZMRcwFQYDVQQDDA5rdWJlLWFwaXNlcnZlcjBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABK6ccEtmXluHSqZ2yARLqzX/REgJ+n27FN8z062LCO9LEcYE
        wlxyJTw24WYz7L8HRnIZ5WIH4P6QbZWS5k5cDLGjgf4wgfswDAYDVR0TAQH/BAIw
        ADAOBgNVHQ8BAf8EBAMCBaAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwgaQGA1UdEQSB
        nDCBmYIKa3ViZXJuZXRlc4ISa3ViZXJuZXRlcy5kZWZhdWx0ghZrdWJlcm5ldGVz
        LmRlZmF1bHQuc3ZjgiRrdWJlcm5ldGVzLmRlZmF1bHQuc3ZjLmNsdXN0ZXIubG9j
        YWyCCWxvY2FsaG9zdIcEfwAAAYcQAAAAAAAAAAAAAAAAAAAAAYcECmAAAYcECvUA
        AYcECv77AYcEwAACAjAfBgNVHSMEGDAWgBQ/QV3+XEWISbPhfk1AR0AoRM74tzAK
        BggqhkjOPQQDAgNIADBFAiEAnRw8bfLsNWfebbk85cl7mnAqmB9SCojS7SZjUX7u
        hzUCIHd2Jyvm7sjM1oJSvoh9mPkb52yW410q7/LvSXWhIyzw
        -----END CERTIFICATE-----
        """ + "\n"

    /// A client's certificate of that authority.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBojCCAUigAwIBAgIVAME/aT7CNTBUgwZK7/uj/M16QJa5MAoGCCqGSM49BAMC
        MBUxEzARBgNVBAMMCmt1YmVybmV0ZXMwHhcNMjYxMTIxMTY0MzE5WhcNMjcxMTIx
        MTY0ODE5WjA0MRcwFQYDVQQKDA5zeXN0ZW06bWFzdGVyczEZMBcGA1UEAwwQa3Vi
        ZXJuZXRlcy1hZG1pbjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG7VuiInjEDz
        XjehurWLoBBrhcmC0dCFaTbzY4L1SsCLfu0FZqahPqa/G9sgTpp7Fh8bnDRLfF8j
        26kf5KC+A+CjVjBUMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgWgMBMGA1Ud
        JQQMMAoGCCsGAQUFBwMCMB8GA1UdIwQYMBaAFD9BXf5cRYhJs+F+TUBHQChEzvi3
        MAoGCCqGSM49BAMCA0gAMEUCIQDU/JXCu/N9X9UDv7luVH0XHwBVs8TGFvENOHg5
        zqLqWgIgAX8o12SybhCiLGhosxb1zWqMo6gQYUdt3u1Az/dsfMs=
        -----END CERTIFICATE-----
        """ + "\n"

    /// Its key.
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGE49OXd431lCLcvy
        5ukIUEaPXChLZncRcxDqeL5+wKyhRANCAARu1boiJ4xA8143obq1i6AQa4XJgtHQ
        hWk282OC9UrAi37tBWamoT6mvxvbIE6aexYfG5w0S3xfI9upH+SgvgPg
        -----END PRIVATE KEY-----
        """ + "\n"

    /// Another authority.
    static let otherAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBdzCCARygAwIBAgIUN2qadnkJp5qCp/7Cy5PWQh9RmLIwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOZnJvbnQtcHJveHktY2EwHhcNMjYxMTIxMTY0MzE5WhcNMzYx
        MTE4MTY0ODE5WjAZMRcwFQYDVQQDDA5mcm9udC1wcm94eS1jYTBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABJ5jHAEhgEEeNxDNmhaWr1k2bBoBi3P03+KOqnam5jtu
        Lcp1iflCRKy5HZX0Jm1PfMSe4C8AjvCwvwY7oPUI62+jQjBAMA8GA1UdEwEB/wQF
        MAMBAf8wDgYDVR0PAQH/BAQDAgKkMB0GA1UdDgQWBBQbL3d2qUXI7CrFyYal+8uc
        OkKRMjAKBggqhkjOPQQDAgNJADBGAiEAvANMpVuwUMgLS4bUl8oU1mdInEVnsXcw
        sjdH2ke9sPcCIQCFvgODfxnPgFqi+G49EpoebovHwygqGVyZyUOdNQP0wQ==
        -----END CERTIFICATE-----
        """ + "\n"

    /// A key on P-256 in the form of SEC 1.
    static let sec1Key = """
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIKfqwT8+9xnru8Hj5/Rhr03DcMCyqHW6yE7RqhcPgpHNoAoGCCqGSM49
        AwEHoUQDQgAEzHOt/ZLgh83YO7iI55pm7pGlgIwAcvXMsMyUovKmPvQfaMBVq7Sm
        ukpls0omVzNo7sk9o4rZynAZOQ+h3QzgsQ==
        -----END EC PRIVATE KEY-----
        """ + "\n"

    /// The same, encrypted.
    static let encryptedKey = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiutlQ/SB3jAAICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJgW/CSXzRehAqB5MgOduHYEgZAM
        EDO0y/pKhDkjlgQA+t1sGEw+lzGsvLN4nwCpE4nhPReeK6YPJwrYtRmWAqR0RzTq
        bHQDbkBt2z7l6lf0Wat3tVvqkitljV6aJ+bTrybjSjkhpb1ALRln5l5zyp0pnpuU
        COjkBqoAWjgzAY37oO7UN5HO8DBOZAEWwRUWY7cY940n0qfAR6xYz+4UD9wQPNo=
        -----END ENCRYPTED PRIVATE KEY-----
        """ + "\n"

    /// A key that signs no tokens.
    static let ed25519Key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIN/CDe7rb20e/WDYS0T5yNqDz92uu1SPj+U49KpqXJqM
        -----END PRIVATE KEY-----
        """ + "\n"

    /// Another.
    static let p384Key = """
        -----BEGIN PRIVATE KEY-----
        MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBIuG5ZOFzCsgt4TWQz
        BNVGJuEwIAOvES0c7tYZJORUCp+PNpqoyIzmaeaJTnyQw6ShZANiAAS7MfOll29q
        wl56KtrO+Soj0Wdp3jLQAPH1NmMAHhTJJnr/SHBbuARQHmS0h1RJYCYIOI2nhogX
        VQxzTqSdFpjJ8ahlSs5F2S6fnzQjoCeeO347HmPEgcNvy9JBJ91AH2U=
        -----END PRIVATE KEY-----
        """ + "\n"

    /// Requests by Go for O=system:nodes, CN=system:node:a, with two names of DNS, two addresses, an e-mail address and a URI.
    static let requests = [
        "rsa": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIC2TCCAcECAQAwLzEVMBMGA1UEChMMc3lzdGVtOm5vZGVzMRYwFAYDVQQDEw1z
        eXN0ZW06bm9kZTphMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2iwh
        26AY7Q8erg/ptffWZGV5CBCYc3V2vCNkOf+HuqdYI/jrUE/C8Q3HQS3h0hFLfspv
        3vuWzpQQ1Ue+MNpcG/i36UTOjSlaLaZT1cQtZTejELhskcLK/w1bXFJqmLN2mRyH
        E4SMaMpaZ2DqasIyzhArV4kiQ8FxcP4plYmjVTans7S8f5LJboolVy3RCAu752+6
        ZW/XufqAgpz98j3I5RHJtG8eiW0fNEd1yFhDdtNRElDh+DFmlnf075ylzGm7D5rl
        5rdPz7ElkwpxXIUjdFCCXSDhTCCSNzKHq+NDIN3F4z0PcYhk9bt2mTvIzYfDulDG
        5LECiuWz+9fUi4Ao7wIDAQABoGUwYwYJKoZIhvcNAQkOMVYwVDBSBgNVHREESzBJ
        ggFhgglhLmV4YW1wbGWBDWFAZXhhbXBsZS5vcmeHBAoAAAGHEP0AAAAAAAAAAAAA
        AAAAAAGGEnNwaWZmZTovL2NsdXN0ZXIveDANBgkqhkiG9w0BAQsFAAOCAQEAnDoz
        +ZGTsfVyUUkPrCv/P0d+AgEs4pw3PJsioWIKGurJvNUpIUOygKQ6st2URphtHXOY
        569X9q7bLNeBfmDOHvTNCsADe7UvOze3HnB+5Vs3tB1zcY1rCQ5zXfRR+jeCbKXf
        OdNzzaVvm5CSfo6k49wdx78vNep3VVnCfYTlJ+mF+IfrVkRQcLhOPmRpGnxfDMdl
        bN3dWER0lM+ofgG2iu3rIZhUX7kighL07mHTqBNJe4ujlsnzRs0czeIg/nEiFRs0
        O3ez/8An86oJAGk90mDb+Dc7Puj29/lH+pANhR24p73tOY0582Pq+yLUhjekBoMq
        kLrok52FwhX1StsBIQ==
        -----END CERTIFICATE REQUEST-----
        """,
        "p256": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBTjCB9gIBADAvMRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxFjAUBgNVBAMTDXN5
        c3RlbTpub2RlOmEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARbvME6oGBbfazH
        JzcfKOE62RqG6Dv4is//frQOPMnbTcR6nF3WOlWRFZfrjMODs3Lqbcq1fhLmrU41
        Kp5LHPZ3oGUwYwYJKoZIhvcNAQkOMVYwVDBSBgNVHREESzBJggFhgglhLmV4YW1w
        bGWBDWFAZXhhbXBsZS5vcmeHBAoAAAGHEP0AAAAAAAAAAAAAAAAAAAGGEnNwaWZm
        ZTovL2NsdXN0ZXIveDAKBggqhkjOPQQDAgNHADBEAiBJGG59A8yb4oYrYozOHee9
        Pxvws6RceZ6X73C8JTZMGgIgFklru41qg2YKwGcBGa8FDgUhIsV1VsiPrVxCn2eQ
        1RU=
        -----END CERTIFICATE REQUEST-----
        """,
        "p384": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBjTCCARMCAQAwLzEVMBMGA1UEChMMc3lzdGVtOm5vZGVzMRYwFAYDVQQDEw1z
        eXN0ZW06bm9kZTphMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEdY1MB9I5snTLIcQ/
        dUFNDc0Sxqla5OwRLI1Pb8Gbr3TFfx8vRywObrMS9P90TYx3jgyxeLeYqgyDCc0M
        hxq4nEnUfXB4zfNNcBv8xMptXxT8ZVMWrILSFAut8nUcwYowoGUwYwYJKoZIhvcN
        AQkOMVYwVDBSBgNVHREESzBJggFhgglhLmV4YW1wbGWBDWFAZXhhbXBsZS5vcmeH
        BAoAAAGHEP0AAAAAAAAAAAAAAAAAAAGGEnNwaWZmZTovL2NsdXN0ZXIveDAKBggq
        hkjOPQQDAwNoADBlAjEAukKMAjfXnbxPq+2719gF71FdZ/pQHTRyvk/qj8w26DJ6
        AvUy0tvA1ZpSVznxn3IcAjB0+kC/bD2bPgdghgwGJ2XqThIcgdIzSxgUQ0h3aZf0
        Zw5tPDnCpWx4LXGI4GFzUTo=
        -----END CERTIFICATE REQUEST-----
        """,
        "p521": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIB2DCCATkCAQAwLzEVMBMGA1UEChMMc3lzdGVtOm5vZGVzMRYwFAYDVQQDEw1z
        eXN0ZW06bm9kZTphMIGbMBAGByqGSM49AgEGBSuBBAAjA4GGAAQB5eJwNVB7p8Ok
        mghu7a4JvtrtymVCo7nC9F3S7nk2OBi7vhgyygYt79TvI/dbA97aVdAnWV0GQiFu
        /zf0D9J/DIkB5DDzBG7jqGuDEniXcXGbTP7y6UZrOD+h0DMVb82f+yl43mRdXsbD
        /fN7Rk++WAa36e3pA4ZnzJJYdxVPCdx9xzygZTBjBgkqhkiG9w0BCQ4xVjBUMFIG
        A1UdEQRLMEmCAWGCCWEuZXhhbXBsZYENYUBleGFtcGxlLm9yZ4cECgAAAYcQ/QAA
        AAAAAAAAAAAAAAAAAYYSc3BpZmZlOi8vY2x1c3Rlci94MAoGCCqGSM49BAMEA4GM
        ADCBiAJCALOu8BGRBdDziVH1Nc1q2uDpn/++5YoCkKNRTbAuc6H67gI6cfFuKc7l
        141wEjDn8pC803S2t7Fsametb5wI2l3PAkIBoJ2wYkF0t5VF3f+JYu+CGqVsaIBP
        ML/eowArGJBg4U1WYS4qNQ6s+kVK1kidLZ/KvlqMk3yc/FyEPber/17QlFw=
        -----END CERTIFICATE REQUEST-----
        """,
        "ed25519": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBFDCBxwIBADAvMRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxFjAUBgNVBAMTDXN5
        c3RlbTpub2RlOmEwKjAFBgMrZXADIQBADQKTrvtZlABF9t5dtoD54crXIY/cCUHG
        SlD2xCgYAKBlMGMGCSqGSIb3DQEJDjFWMFQwUgYDVR0RBEswSYIBYYIJYS5leGFt
        cGxlgQ1hQGV4YW1wbGUub3JnhwQKAAABhxD9AAAAAAAAAAAAAAAAAAABhhJzcGlm
        ZmU6Ly9jbHVzdGVyL3gwBQYDK2VwA0EAknYIok+rvkg8jfskzwAqWVE/vdSDj1cu
        rFpeT8p6fXuX7VoqC3VbdDviv0QggKHh6sSRuYI+jLdIKRGUZf3ABw==
        -----END CERTIFICATE REQUEST-----
        """,
    ]

    /// Requests that are sound in themselves and not taken.
    static let refusedRequests = [
        "RSA of 1024 bits": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIB1DCCAT0CAQAwLzEVMBMGA1UEChMMc3lzdGVtOm5vZGVzMRYwFAYDVQQDEw1z
        eXN0ZW06bm9kZTphMIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCeZb8va1X1
        eVQiqq7cy4Eyh8pSKqUp/cV+AveT5GUz2oe3DwuETa/qhIJTaudjI5R7dAxFJ+uL
        WnP1CDVjwMBEQqSizVHigSyrXlm566UPkIlOxztRCKqwtVZjQj2IEzosxSu9BYpa
        JyMY5B8Tx09AFMTU9lBFnTlI4jy6bZ7iZwIDAQABoGUwYwYJKoZIhvcNAQkOMVYw
        VDBSBgNVHREESzBJggFhgglhLmV4YW1wbGWBDWFAZXhhbXBsZS5vcmeHBAoAAAGH
        EP0AAAAAAAAAAAAAAAAAAAGGEnNwaWZmZTovL2NsdXN0ZXIveDANBgkqhkiG9w0B
        AQsFAAOBgQCcLjS7mmN3OPIfl0O31Z3xO3a33N/ZiNeYRIkILppqSKLJe8Jpzakn
        Gi3acE0ckpqQC0BpAlTH3ZD1DN4xF6h2J0oobMujo1c6vl7ryUlM1Y3CAfMEzLjb
        UFFicMKj6vc9z9rhPyOaeEw8odpsX8HntbNqq29AQ4e1XcUFeD80GA==
        -----END CERTIFICATE REQUEST-----
        """,
        "P-224": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBPDCB6wIBADAvMRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxFjAUBgNVBAMTDXN5
        c3RlbTpub2RlOmEwTjAQBgcqhkjOPQIBBgUrgQQAIQM6AAQX3X2+DYf1jH8mjHIF
        gTBDaRPIfC4xZrkUnk2sV2KHv2sHnwRqkMX+8Hgv38tHVF+DYJ2kyxJauKBlMGMG
        CSqGSIb3DQEJDjFWMFQwUgYDVR0RBEswSYIBYYIJYS5leGFtcGxlgQ1hQGV4YW1w
        bGUub3JnhwQKAAABhxD9AAAAAAAAAAAAAAAAAAABhhJzcGlmZmU6Ly9jbHVzdGVy
        L3gwCgYIKoZIzj0EAwIDQAAwPQIcAdT5uzkAreeOJ/IvhD+dIvPDFWwxy8MFMoiI
        FQIdAKGpgBtLhXrOprk5ipCBkiDwty99W7d69wcPYuo=
        -----END CERTIFICATE REQUEST-----
        """,
        "signed with PSS": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIDDTCCAcECAQAwLzEVMBMGA1UEChMMc3lzdGVtOm5vZGVzMRYwFAYDVQQDEw1z
        eXN0ZW06bm9kZTphMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA2iwh
        26AY7Q8erg/ptffWZGV5CBCYc3V2vCNkOf+HuqdYI/jrUE/C8Q3HQS3h0hFLfspv
        3vuWzpQQ1Ue+MNpcG/i36UTOjSlaLaZT1cQtZTejELhskcLK/w1bXFJqmLN2mRyH
        E4SMaMpaZ2DqasIyzhArV4kiQ8FxcP4plYmjVTans7S8f5LJboolVy3RCAu752+6
        ZW/XufqAgpz98j3I5RHJtG8eiW0fNEd1yFhDdtNRElDh+DFmlnf075ylzGm7D5rl
        5rdPz7ElkwpxXIUjdFCCXSDhTCCSNzKHq+NDIN3F4z0PcYhk9bt2mTvIzYfDulDG
        5LECiuWz+9fUi4Ao7wIDAQABoGUwYwYJKoZIhvcNAQkOMVYwVDBSBgNVHREESzBJ
        ggFhgglhLmV4YW1wbGWBDWFAZXhhbXBsZS5vcmeHBAoAAAGHEP0AAAAAAAAAAAAA
        AAAAAAGGEnNwaWZmZTovL2NsdXN0ZXIveDBBBgkqhkiG9w0BAQowNKAPMA0GCWCG
        SAFlAwQCAQUAoRwwGgYJKoZIhvcNAQEIMA0GCWCGSAFlAwQCAQUAogMCASADggEB
        AKxRtV60kGNY8NbRuj+U0WNxGE9WSf6gEZsGej46BjFX21Fh/WgLOrhZXGkLt7GW
        WSEy3DP/gQfnpLHS8jdR1+LCY422xWfseDwVRE7Jax6/NUFu0R1jbO3dR/n/CAr3
        b9349bmNKJ+k0cx4GRcwR8sehnepkyvWG1VOCjORqSatb9oIQCNuHZWci9OUg0UN
        wF58x0WI72lIbEddV3OO3Qp54dh1jALMt4pv6H4Tm9ekxxJ6QhfeScI0B2NZpn6v
        ZvnDYoHk9ACfkvD15/5A9zcVm6NkkiG2+qoHDnC1l23WXkemu059DN/TWLrQPHnr
        dc9f0ERxLD4YXE6lMWtkk1A=
        -----END CERTIFICATE REQUEST-----
        """,
        "signed with SHA-1": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHFMG4CAQAwDDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
        BMxzrf2S4IfN2Du4iOeaZu6RpYCMAHL1zLDMlKLypj70H2jAVau0prpKZbNKJlcz
        aO7JPaOK2cpwGTkPod0M4LGgADAJBgcqhkjOPQQBA0gAMEUCIQDTN9TB2RcxeQ3S
        J91E/Rg+9xrw7t613+QiYFaBVd4iOQIgWimr20n8LKz2Rl4OdeMVjuQWDbQYyhLx
        USjmwHYrAP8=
        -----END CERTIFICATE REQUEST-----
        """,
        "a curve that is spelt out": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIIBvDCCAWICAQAwDDEKMAgGA1UEAwwBYTCCAUswggEDBgcqhkjOPQIBMIH3AgEB
        MCwGByqGSM49AQECIQD/////AAAAAQAAAAAAAAAAAAAAAP///////////////zBb
        BCD/////AAAAAQAAAAAAAAAAAAAAAP///////////////AQgWsY12Ko6k+ez671V
        dpiGvGUdBrDMU7D2O848PifSYEsDFQDEnTYIhucEk2pmeOETnSa3gZ9+kARBBGsX
        0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT+NC4v4af5uO5+tKfA+eFivO
        M1drMV7Oy7ZAaDe/UfUCIQD/////AAAAAP//////////vOb6racXnoTzucrC/GMl
        UQIBAQNCAARfmcyENkmxoM+V/nU1cxhunMj2gLl/6lu44ZG3sPYgQlnBi3gwSETZ
        iDuPvn1xJZWTqun6/rtFWq801X1OaoSuoAAwCgYIKoZIzj0EAwIDSAAwRQIhAIWL
        hZyxFBYCOTKCy+1fvNL6oliTNITvT1DJt3EiBUMhAiA/aFBG8398xshXfmS9Q3ah
        0xosZx3yXZ7YxpceOkk5HQ==
        -----END CERTIFICATE REQUEST-----
        """,
        "a compressed point": """
        -----BEGIN CERTIFICATE REQUEST-----
        MIGmME4CAQAwDDEKMAgGA1UEAwwBYTA5MBMGByqGSM49AgEGCCqGSM49AwEHAyIA
        A8xzrf2S4IfN2Du4iOeaZu6RpYCMAHL1zLDMlKLypj70oAAwCgYIKoZIzj0EAwID
        SAAwRQIhAOJWpy+62SvLFXP0kmCaSwP5vZFrHDG3ON3s79O0ojdqAiAoxVCuTV1G
        1uJFQHUWWYgAkFTS63+1gBy76x/smpz9wQ==
        -----END CERTIFICATE REQUEST-----
        """,
    ]

    /// A request whose O is system:masters in two bytes a character.
    static let foreignStrings = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHvMIGWAgEAMDQxJTAjBgNVBAoeHABzAHkAcwB0AGUAbQA6AG0AYQBzAHQAZQBy
        AHMxCzAJBgNVBAMUAsOEMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEgJz3FXL1
        VucYBg4/D3xBpD3Sujn6TEgOzSfY/SviJRprV3JAFSL+i/9AkxSng+KwU2N+prGS
        rB+8TMgpZ3f+4qAAMAoGCCqGSM49BAMCA0gAMEUCIQC+n6xtW26odGhUdpA0XzMD
        On+W3MQeJ7fKNg8bFPFPLgIgeKf+pcBPGufMfbq8B89XR6hDYGGP8dWd5LAwFS1z
        o8Y=
        -----END CERTIFICATE REQUEST-----
        """ + "\n"

    /// A request with the extensions 1.2.3.4 and 1.2.3.5.
    static let twoExtensions = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHvMIGVAgEAMAwxCjAIBgNVBAMMAWEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AASAnPcVcvVW5xgGDj8PfEGkPdK6OfpMSA7NJ9j9K+IlGmtXckAVIv6L/0CTFKeD
        4rBTY36msZKsH7xMyClnd/7ioCcwJQYJKoZIhvcNAQkOMRgwFjAJBgMqAwQEAgUA
        MAkGAyoDBQQCBQAwCgYIKoZIzj0EAwIDSQAwRgIhAO7kRkLbrAkir2Y49/95eE0B
        bFtpiGEUspPzwUepsZlEAiEAlGWQUZplNZYOdjlui36fpyAYpEpCgRYfwB3eCWH6
        HV0=
        -----END CERTIFICATE REQUEST-----
        """ + "\n"

    /// The modulus of an RSA key with the exponent 65537, and its signatures of "sample" by Go (base64).
    static let modulus = """
        2iwh26AY7Q8erg/ptffWZGV5CBCYc3V2vCNkOf+HuqdYI/jrUE/C8Q3HQS3h0hFLfspv3vuWzpQQ1Ue+MNpcG/i36UTOjSlaLaZT
        1cQtZTejELhskcLK/w1bXFJqmLN2mRyHE4SMaMpaZ2DqasIyzhArV4kiQ8FxcP4plYmjVTans7S8f5LJboolVy3RCAu752+6ZW/X
        ufqAgpz98j3I5RHJtG8eiW0fNEd1yFhDdtNRElDh+DFmlnf075ylzGm7D5rl5rdPz7ElkwpxXIUjdFCCXSDhTCCSNzKHq+NDIN3F
        4z0PcYhk9bt2mTvIzYfDulDG5LECiuWz+9fUi4Ao7w==
        """
    static let signatures = [
        "pkcs1256": """
        a2rTfUnhORDLiT9UYXSfD56ohrFIjk+JdCXr7g+DH5WgqlP/CQus5JAluxel5cmX9wpGIHqIsDn7oriGJ/I4HhZDKAmnnNN6XSV2
        L4/TJed+WjTwefA8IIeSpVzb+SH1b368GfaJC9KbWLhPPopFTQ85AJq7zIUW7EC52k9H18Yjo3WWlWLaD0I4WBiN98hxeQCB2aZW
        +0mKgm7JfqVwi75BgfE9WmobGoqh3y+QQrTJe3OPN9jftUYOdmjI3Fb/Qb8+WLjpkoy0NGPjPcQEjcj6+sjftw/CXgoIkG5f0+a1
        ZphQQlEGFFFGO7wsJnSC0ppVFqA+47cvcEvSndkcdg==
        """,
        "pkcs1384": """
        l/woPT6yHY5FwoTywH5cKpLAtBwNwjZ6oUolutnl+4PBYCv8/Pew7kEvgN3sByCWvsyYSp8ecgo1a0y/g26Qzk8GC3ojBuFBWOXh
        Jyj+jb6x/pIS6R+UiF1tOg2Oag98WzaWAKqiTIykP1lHLbb2DGGpAnkmdPL5a0tpozsvOpj0tvupzc/L37qZG6UqlxHjU+GKO6QG
        JdlaugwR/gsAplC7YWbVARIKufZ9LkWIUN4+C9Do1jLhb/M+/Xdz5c6UJ3rqFh1pgDaMmzlC9H0Hq7Nauo/+bMvKB8cgl1bMhE/z
        ZMjqBGs8n7EyEwR1M05tvepQwbvF3QqN/zuDZNTIGA==
        """,
        "pkcs1512": """
        xrvOsU8QlIkMCmXE6WoBAgMhxp+n5dI2XvIl01opYlmv4MZIMw0sdoP/FVeluzseJhHVn6lnbHmRxgtN4LfJDWVxcGPNuuTpatB6
        cnb8HxvZ+F5NqxOpXKsRMG5eGMa3qFvbaCyN+zkHdHxlfHc/nypYggZdExIDHLGZFRXoXjskthHd66F0V56JKFgyjEQUxOvg2o43
        NDDOMEOMwMmRRVJm8LNoDB0gJ5A5WBrJ5460SQbYLdeB9v+cg9LE1dQKowiRau4zXV5oNgw91JihtQJlEWjnknGxlufnI5s4BgH1
        AQXAuw5UijouxGEWNrJZIH4YaYjCLelJqRjCeuA25A==
        """,
        "pss256": """
        14VbSKfJ0kCSMrRwvQIkss2A3RJ/Vn6QIhAQblJtwNYOiAaqHlJpV/Dlkh4tZVmi9HLhuGrLfh+onm5aWEhQHsP9wqHN9KIBcjp4
        gMleNRLCLcZyjMQ2PJwT0K/TR+x73ClHbFBUb6+qHroixXtiWGMoB2e5SyLzf5ACMeMG9WEi6m8ug+dcKpfShYH93ZZ16jGNKgnc
        eVzBBVAl5UB2RzceHsVCtUv+wugC58Oe0XU1BrZ4tzoAuAvJHf7fIGQMkZ4F4ANWdIY9Mu08fDiChozQgkcfc5/B2w620RZsgUcB
        THWZj2KMQNxvv1x2VSmSiNsntvF3eSLapEb0fXmTeA==
        """,
        "pss384": """
        tmqWVyFi+5kZCUwKdrSDmdZ9sXUOSmHagooTeA2ZfsE/l5XP5f9vBRjNbOLP0o773yjhcATpzPVPpNLz7tvydeg52ErJ7gwhB+f5
        i1b+rL6uDGEiSHFHlta/+5jFTvkE0evMVZYt4yUUDRCLtAzqhhIXZIRDbAoG6Ir4w6uHZ17KxX1KLDx3FcCX068CkQijp9nguslI
        A1KGRoSapYFORZOtwq4QkDF9eDnctopVYzSJll/7EC3s2Sgx87K/2xQuACO72ikQgM+tlQRHRO3t4tO8oU9OajUY+BUlxC35aaJ/
        gWLSoVxF7puIwKlP17rSydoWbkdoDwnYZFc8sMGn/Q==
        """,
        "pss512": """
        OAo4raFb511q4D4U9BJ09bnZykRRAP25Y2MfkbSLrq6tX3ed0poiETjymtEPwCC0JyRZmtQIWW/Nt7HI9VSZDLbHAqPOQxzdKsD3
        E+PPnlxVSHa9iuAWb1iYkz2afhgp9ExmjzCtLijt5sYdWUk8lVD1j4X121xffuhPAAc0+oA1GI5y4CRKyb4uYknrq7dj9foIplWF
        0S0mfKy2pCRtLl5POmfLvxU51FTdiLZu+T/P8i8IdhteoW2R2QtNutwz/IWV344G1cDZlHUu+YObaaJUQO3q5pV8u9giQn8gVWFM
        3QZyeKba1qNy0LRka/OhQ6OREr1/GJzU/r7AdQIwsw==
        """,
        "salt20": """
        EHv+8unIUFK6Msut92OLNxMv/4XX1jWpt++osFFnnLhYTD/rxbDucF1DOUUct1RrXqo0yLJTRSeQMm4ilNQ21bZkJSHxr7/ymzJB
        8+CsbiQ1Ks5TbFqBwQod51OhrbWIRjOZgbolBuc4UoUwdMGOWIiXrpnKfqx29fP4WZfZ0TNRPOaSLluxI7/fwDfvByN+YA9sI5Wn
        GkUFQxGjz5iXIcMv8HZ8Qqnk/KHqMQoRNOevxUex1xxbsQ0BaBpWwNnaSC+OGiJHGapeySmnV/nEMVhIPJf+rWntRr2f6vTsJ9QE
        UPpgN3eF5sOZic7zHBoOvkUeeC9m8WMB7k8OFXu4Ag==
        """,
    ]
}
