/* libgcrypt: SM3 and SM4 (its SM2 is far behind everybody's). */
#include <gcrypt.h>
#include <string.h>

#include "timing.h"

static unsigned char data[1 << 20], out[1 << 20];
static size_t size;
static gcry_cipher_hd_t handle;
static int encrypting;

static void digest(void) { gcry_md_hash_buffer(GCRY_MD_SM3, out, data, size); }

static void run_cipher(void) {
    static const unsigned char iv[16];
    gcry_cipher_reset(handle);
    if (gcry_cipher_get_algo_keylen(GCRY_CIPHER_SM4) != 16) exit(1);
    gcry_cipher_setiv(handle, iv, 16);
    gcry_error_t error = encrypting ? gcry_cipher_encrypt(handle, out, size, data, size)
                                    : gcry_cipher_decrypt(handle, out, size, data, size);
    must(!error, "cipher");
}

int main(void) {
    must(gcry_check_version(NULL) != NULL, "version");
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    static const size_t sizes[] = {64, 1024, 16384, 1 << 20};
    char name[64];
    for (int i = 0; i < 4; i++) {
        size = sizes[i];
        snprintf(name, sizeof name, "SM3 %zu B", size);
        report(name, size, digest);
    }
    struct { const char *name; int mode, encrypting; } modes[] = {
        {"SM4-ECB", GCRY_CIPHER_MODE_ECB, 1},
        {"SM4-CTR", GCRY_CIPHER_MODE_CTR, 1},
        {"SM4-CBC encrypt", GCRY_CIPHER_MODE_CBC, 1},
        {"SM4-CBC decrypt", GCRY_CIPHER_MODE_CBC, 0},
        {"SM4-GCM", GCRY_CIPHER_MODE_GCM, 1},
    };
    for (int m = 0; m < 5; m++) {
        must(!gcry_cipher_open(&handle, GCRY_CIPHER_SM4, modes[m].mode, 0), "open");
        must(!gcry_cipher_setkey(handle, "0123456789abcdef", 16), "key");
        encrypting = modes[m].encrypting;
        for (int i = 2; i < 4; i++) {
            size = sizes[i];
            snprintf(name, sizeof name, "%s %zu B", modes[m].name, size);
            report(name, size, run_cipher);
        }
        gcry_cipher_close(handle);
    }
    return 0;
}
