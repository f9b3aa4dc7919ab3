/// Certificates of nobody in particular, as PEM; they last a hundred years.
package enum SampleCertificates {
    /// Of an authority.
    package static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBcDCCARWgAwIBAgIUH0n/bdXQp/1DWpih28hgQtixnL8wCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBYTAgFw0yNjExMjExNjU3MDVaGA8yMTI2MTAyODE2NTcwNVow
        DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBcz0tHMIokV
        GxxoBr497J+AoveKA4+4ETBOF2zzVUpEv63pq7Cq3J8VLwIn3Kekev5kVQHkrm+N
        qZ2C90YpHk2jUzBRMB0GA1UdDgQWBBSC118nWYi7Did/fxlKif6BH/sDbzAfBgNV
        HSMEGDAWgBSC118nWYi7Did/fxlKif6BH/sDbzAPBgNVHRMBAf8EBTADAQH/MAoG
        CCqGSM49BAMCA0kAMEYCIQCDP3/kIF2Vxjd98oNBtlP9wju+WjwzPSUdNFmiT/6c
        kQIhAMXPuifkkqbBAiioOVPi2Y0pCCiGH83rl9aQB3Tq/Mrq
        -----END CERTIFICATE-----

        """

    /// Of no authority.
    package static let leaf = """
        -----BEGIN CERTIFICATE-----
        MIIBbDCCARKgAwIBAgIUMyJwqwXXSkGy+GnpDiD5DRRsWqgwCgYIKoZIzj0EAwIw
        DDEKMAgGA1UEAwwBYjAgFw0yNjExMjExNjU3MDVaGA8yMTI2MTAyODE2NTcwNVow
        DDEKMAgGA1UEAwwBYjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABBcz0tHMIokV
        GxxoBr497J+AoveKA4+4ETBOF2zzVUpEv63pq7Cq3J8VLwIn3Kekev5kVQHkrm+N
        qZ2C90YpHk2jUDBOMB0GA1UdDgQWBBSC118nWYi7Did/fxlKif6BH/sDbzAfBgNV
        HSMEGDAWgBSC118nWYi7Did/fxlKif6BH/sDbzAMBgNVHRMBAf8EAjAAMAoGCCqG
        SM49BAMCA0gAMEUCIQDOsTI4DOA1fE5qQBsmQIra0M5NZ4NhRdN1O2lbHVhA6wIg
        Si+4XQsxsDcmFpJqVTmtd0deKHMnZ1epty2q6tS5U6U=
        -----END CERTIFICATE-----

        """

    /// `openssl req -new` for the name "ada".
    package static let signingRequest = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIHIMHACAQAwDjEMMAoGA1UEAwwDYWRhMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
        QgAERR1h1jTIrEmXPwdVaO43siwb01RdtXwaQZEq3p1JClf/wuJETTusJVLbmBmi
        hRpxSHCu9c98ldHeFVk8S6XjtaAAMAoGCCqGSM49BAMCA0gAMEUCIQCEoHEgPWuv
        25fPzBqnmNws3NoM8hhxvh4gmmnWbfgNSgIgGnPXJNxNqlba+PwIY47JrFvlMyp6
        qkcssLVK0KMBc/4=
        -----END CERTIFICATE REQUEST-----
        """
}
