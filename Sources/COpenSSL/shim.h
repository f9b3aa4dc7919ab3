#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// What OpenSSL declares as macros, which Swift cannot call.

/// TLS 1.2 and 1.3 only, without compression, renegotiation and resumption (whose tickets would outlive a change of certificates); buffers are
/// given back between records.
static inline void openssl_context_prepare(SSL_CTX *context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline long openssl_context_add_chain(SSL_CTX *context, X509 *certificate) { return SSL_CTX_add1_chain_cert(context, certificate); }

static inline void openssl_context_on_server_name(SSL_CTX *context, int (*choose)(SSL *, int *, void *)) {
    SSL_CTX_set_tlsext_servername_callback(context, choose);
}

static inline long openssl_ask_for(SSL *connection, const char *name) { return SSL_set_tlsext_host_name(connection, name); }

static inline const char *openssl_asked_name(const SSL *connection) {
    return SSL_get_servername(connection, TLSEXT_NAMETYPE_host_name);
}

static inline int openssl_is_end_of_pem(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}
