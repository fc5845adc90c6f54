/* OpenSSL's library through EVP: SM2 (message with Z), SM3, SM4. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <string.h>

#include "timing.h"

#define ID "1234567812345678"

static EVP_PKEY *key;
static unsigned char message[32], signature[80], box[256], out[(1 << 20) + 64], data[1 << 20];
static size_t signature_length, box_length, size;
static const EVP_CIPHER *cipher;
static int encrypting;

static EVP_MD_CTX *context(EVP_PKEY_CTX **parameters) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    *parameters = EVP_PKEY_CTX_new(key, NULL);
    must(EVP_PKEY_CTX_set1_id(*parameters, ID, 16) > 0, "user identifier");
    EVP_MD_CTX_set_pkey_ctx(md, *parameters);
    return md;
}

static void sign(void) {
    EVP_PKEY_CTX *parameters;
    EVP_MD_CTX *md = context(&parameters);
    signature_length = sizeof signature;
    must(EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, key) > 0, "sign init");
    must(EVP_DigestSign(md, signature, &signature_length, message, sizeof message) > 0, "sign");
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(parameters);
}

static void verify(void) {
    EVP_PKEY_CTX *parameters;
    EVP_MD_CTX *md = context(&parameters);
    must(EVP_DigestVerifyInit(md, NULL, EVP_sm3(), NULL, key) > 0, "verify init");
    must(EVP_DigestVerify(md, signature, signature_length, message, sizeof message) > 0, "verify");
    EVP_MD_CTX_free(md);
    EVP_PKEY_CTX_free(parameters);
}

static void encrypt(void) {
    EVP_PKEY_CTX *one = EVP_PKEY_CTX_new(key, NULL);
    box_length = sizeof box;
    must(EVP_PKEY_encrypt_init(one) > 0, "encrypt init");
    must(EVP_PKEY_encrypt(one, box, &box_length, message, sizeof message) > 0, "encrypt");
    EVP_PKEY_CTX_free(one);
}

static void decrypt(void) {
    EVP_PKEY_CTX *one = EVP_PKEY_CTX_new(key, NULL);
    size_t length = sizeof out;
    must(EVP_PKEY_decrypt_init(one) > 0, "decrypt init");
    must(EVP_PKEY_decrypt(one, out, &length, box, box_length) > 0, "decrypt");
    EVP_PKEY_CTX_free(one);
}

static void digest(void) {
    unsigned length;
    must(EVP_Digest(data, size, out, &length, EVP_sm3(), NULL), "digest");
}

static void run_cipher(void) {
    static const unsigned char iv[16];
    int length;
    EVP_CIPHER_CTX *one = EVP_CIPHER_CTX_new();
    must(EVP_CipherInit_ex(one, cipher, NULL, iv, iv, encrypting), "cipher init");
    EVP_CIPHER_CTX_set_padding(one, 0);
    must(EVP_CipherUpdate(one, out, &length, data, (int)size), "cipher");
    EVP_CIPHER_CTX_free(one);
}

int main(void) {
    key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
    must(key != NULL, "key");
    sign();
    encrypt();
    report("SM2 sign", 0, sign);
    report("SM2 verify, new key", 0, verify);
    report("SM2 encrypt 32 B", 0, encrypt);
    report("SM2 decrypt 32 B", 0, decrypt);
    static const size_t sizes[] = {64, 1024, 16384, 1 << 20};
    char name[64];
    for (int i = 0; i < 4; i++) {
        size = sizes[i];
        snprintf(name, sizeof name, "SM3 %zu B", size);
        report(name, size, digest);
    }
    for (int i = 2; i < 4; i++) {
        size = sizes[i];
        struct { const char *name; const EVP_CIPHER *cipher; int encrypting; } modes[] = {
            {"SM4-ECB", EVP_sm4_ecb(), 1},
            {"SM4-CTR", EVP_sm4_ctr(), 1},
            {"SM4-CBC encrypt", EVP_sm4_cbc(), 1},
            {"SM4-CBC decrypt", EVP_sm4_cbc(), 0},
        };
        for (int m = 0; m < 4; m++) {
            cipher = modes[m].cipher;
            encrypting = modes[m].encrypting;
            snprintf(name, sizeof name, "%s %zu B", modes[m].name, size);
            report(name, size, run_cipher);
        }
    }
    return 0;
}
