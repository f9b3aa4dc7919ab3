#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// What Swift cannot call: macros, typed stacks, and functions with a variable number of arguments.

/// To be called before anything else is: without the handler that frees everything at `exit`, under the feet of threads that still run. Returns 1.
static inline int openssl_start(void) { return OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL); }

// MARK: TLS

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

// MARK: Cryptography

static inline void openssl_free(void *memory) { OPENSSL_free(memory); }

static inline EVP_PKEY *openssl_new_p256(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *openssl_key(const char *type, int selection, OSSL_PARAM_BLD *builder)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1
        || EVP_PKEY_fromdata(context, &key, selection, parameters) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(parameters);
    return key;
}

// `point` is uncompressed: 4, x, y.
static inline EVP_PKEY *openssl_ec_key(const char *group, const unsigned char *point, size_t count)
{
    EVP_PKEY *key = NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, count) == 1)
        key = openssl_key("EC", EVP_PKEY_PUBLIC_KEY, builder);
    OSSL_PARAM_BLD_free(builder);
    return key;
}

// The key on P-256 whose private half is this number; the public half follows from it. OpenSSL 3.0's own decoders take twenty times as long.
static inline EVP_PKEY *openssl_private_p256(const unsigned char *number, int count)
{
    EVP_PKEY *key = NULL;
    unsigned char bytes[65];
    BIGNUM *scalar = BN_bin2bn(number, count, NULL);
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (scalar != NULL && point != NULL && builder != NULL && !BN_is_zero(scalar)
        && BN_cmp(scalar, EC_GROUP_get0_order(group)) < 0 && EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) == 1
        && EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, bytes, sizeof bytes, NULL) == sizeof bytes
        && OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, SN_X9_62_prime256v1, 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, bytes, sizeof bytes) == 1
        && OSSL_PARAM_BLD_push_BN_pad(builder, OSSL_PKEY_PARAM_PRIV_KEY, scalar, 32) == 1)
        key = openssl_key("EC", EVP_PKEY_KEYPAIR, builder);
    OSSL_PARAM_BLD_free(builder);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    BN_clear_free(scalar);
    return key;
}

static inline EVP_PKEY *openssl_rsa_key(const unsigned char *n, int n_count, const unsigned char *e, int e_count)
{
    EVP_PKEY *key = NULL;
    BIGNUM *modulus = BN_bin2bn(n, n_count, NULL), *exponent = BN_bin2bn(e, e_count, NULL);
    OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    if (builder != NULL && modulus != NULL && exponent != NULL
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1
        && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
        key = openssl_key("RSA", EVP_PKEY_PUBLIC_KEY, builder);
    OSSL_PARAM_BLD_free(builder);
    BN_free(modulus);
    BN_free(exponent);
    return key;
}

// The sort of a key in a certificate or request: the NID of the curve for one on a curve named by its identifier and with an uncompressed
// point, else the algorithm's; NID_undef for curves that are spelt out and for compressed points.
static inline int openssl_key_sort(const X509_PUBKEY *key)
{
    ASN1_OBJECT *algorithm;
    const unsigned char *bytes;
    int count, type;
    X509_ALGOR *identifier;
    const void *parameter;
    if (X509_PUBKEY_get0_param(&algorithm, &bytes, &count, &identifier, key) != 1) return NID_undef;
    if (OBJ_obj2nid(algorithm) != NID_X9_62_id_ecPublicKey) return OBJ_obj2nid(algorithm);
    X509_ALGOR_get0(NULL, &type, &parameter, identifier);
    if (type != V_ASN1_OBJECT || count < 1 || bytes[0] != POINT_CONVERSION_UNCOMPRESSED) return NID_undef;
    return OBJ_obj2nid((const ASN1_OBJECT *)parameter);
}

static inline int openssl_value_count(const ASN1_SEQUENCE_ANY *values) { return sk_ASN1_TYPE_num(values); }
static inline const ASN1_TYPE *openssl_value(const ASN1_SEQUENCE_ANY *values, int index) { return sk_ASN1_TYPE_value(values, index); }
static inline void openssl_free_values(ASN1_SEQUENCE_ANY *values) { sk_ASN1_TYPE_pop_free(values, ASN1_TYPE_free); }

static inline void openssl_free_extensions(STACK_OF(X509_EXTENSION) *list) { sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free); }

static inline int openssl_name_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }
static inline const GENERAL_NAME *openssl_name(const GENERAL_NAMES *names, int index) { return sk_GENERAL_NAME_value(names, index); }
static inline int openssl_add_name(GENERAL_NAMES *names, GENERAL_NAME *name) { return sk_GENERAL_NAME_push(names, name); }

static inline int openssl_usage_count(const EXTENDED_KEY_USAGE *usages) { return sk_ASN1_OBJECT_num(usages); }
static inline const ASN1_OBJECT *openssl_usage(const EXTENDED_KEY_USAGE *usages, int index) { return sk_ASN1_OBJECT_value(usages, index); }
static inline int openssl_add_usage(EXTENDED_KEY_USAGE *usages, ASN1_OBJECT *usage) { return sk_ASN1_OBJECT_push(usages, usage); }
