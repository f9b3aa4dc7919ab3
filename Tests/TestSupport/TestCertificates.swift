/// A CA, a server certificate for localhost and 127.0.0.1, and a client certificate of system:masters; valid for a hundred years.
package enum TestCertificates {
    package static let authority = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBizCCATGgAwIBAgIUKHoEuKqdzhSAyG8TIq+iGFKxOYAwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjEwNDA5MTZaGA8yMTI2MTAyODA0
        MDkxNlowEjEQMA4GA1UEAwwHdGVzdC1jYTBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABMRBjZPV/EBcAS5G+2kw+6YWQiQtXgpxAXP8nc/CqemeTW63kayhH9e8tlPy
        fYNjffLxVEh+EZymz1WmWs/plWijYzBhMB0GA1UdDgQWBBRDvmZ/tWS8VJrS2sWs
        VeT0BZbdEDAfBgNVHSMEGDAWgBRDvmZ/tWS8VJrS2sWsVeT0BZbdEDAPBgNVHRMB
        Af8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAKBggqhkjOPQQDAgNIADBFAiEAwXNr
        afqjylNyZ3Fulczgf38KYGJa5dPY7AeebIRX6zQCIC/tV43QWY+vv8de+SBO41e0
        JQAoTLXW+Br+3p9xFfLE
        -----END CERTIFICATE-----

        """.utf8)

    package static let serverCertificate = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBmjCCAUCgAwIBAgIUM4TzVjt1d/hxmC5OiMiLKgD8lrcwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjEwNDA5MTZaGA8yMTI2MTAyODA0
        MDkxNlowETEPMA0GA1UEAwwGc2VydmVyMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
        QgAEfnCnYq7BW6jh5bOljYp3VnIjQEJleIMswHZK/jmBDiz5wfLWs7avDthtLhdU
        XxTdFX3rc1AYR0L/ytyfZ8uoZaNzMHEwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/
        AAABMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQWBBSpEu7CyWBQSAuZ1nJo
        07lwYRtBZTAfBgNVHSMEGDAWgBRDvmZ/tWS8VJrS2sWsVeT0BZbdEDAKBggqhkjO
        PQQDAgNIADBFAiBC4FB9eKJJIgqbSK91wrulqsNWv84Ygakmkl7/5pCWEgIhAMpq
        z0JqWIAvK73Ssc7vZaCCDtXjANv3t404Pi9HW4xD
        -----END CERTIFICATE-----

        """.utf8)

    package static let serverKey = Array(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPhnvVwwt3b7vJx+Q
        IQq3dLoXDhAgIdpVYCyrLBBKr1ShRANCAAR+cKdirsFbqOHls6WNindWciNAQmV4
        gyzAdkr+OYEOLPnB8taztq8O2G0uF1RfFN0VfetzUBhHQv/K3J9ny6hl
        -----END PRIVATE KEY-----

        """.utf8)

    package static let clientCertificate = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATygAwIBAgIUM4TzVjt1d/hxmC5OiMiLKgD8lrgwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHdGVzdC1jYTAgFw0yNjExMjEwNDA5MTZaGA8yMTI2MTAyODA0
        MDkxNlowKTEXMBUGA1UECgwOc3lzdGVtOm1hc3RlcnMxDjAMBgNVBAMMBWFkbWlu
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQ6YWyI7jzE1ZhaAxahAcs/jFq4R4
        74T/nUBwTzlVroWycgEFhbmzLZ192Kn8+x2b1ZfrmCEOvpCgOsHdE/8IeKNXMFUw
        EwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0OBBYEFMq+uwdGlc7J/LdiD+z4Io4P
        Q1EVMB8GA1UdIwQYMBaAFEO+Zn+1ZLxUmtLaxaxV5PQFlt0QMAoGCCqGSM49BAMC
        A0cAMEQCIFR8+CK60NhTT4h4WUqs5S2HnRcxYTP4ziPqE+g0D1IfAiAXtd7TXOLO
        VdaN72nip6LuwD76wAVd+zBJ+IFuSgjAOw==
        -----END CERTIFICATE-----

        """.utf8)

    package static let clientKey = Array(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT1IXXH7PDAPzU7LL
        NwVqXURtYVkfdfz9kJ62hkxIJV+hRANCAARDphbIjuPMTVmFoDFqEByz+MWrhHjv
        hP+dQHBPOVWuhbJyAQWFubMtnX3Yqfz7HZvVl+uYIQ6+kKA6wd0T/wh4
        -----END PRIVATE KEY-----

        """.utf8)
}
