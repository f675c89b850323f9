print(crypto.sha256("abc"))  --> ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
print(crypto.sha1("abc"), crypto.md5("abc"))  --> a9993e364706816aba3e25717850c26c9cd0d89d	900150983cd24fb0d6963f7d28e17f72
print(crypto.sha512("abc"):sub(1, 16), crypto.hash("abc", "md5"), crypto.hash("abc") == crypto.sha256("abc"))  --> ddaf35a193617aba	900150983cd24fb0d6963f7d28e17f72	true
print(crypto.hash("abc", {format = "base64"}), #crypto.hash("abc", {format = "raw"}))  --> ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=	32
print(crypto.hash_file("data/b.txt", "md5"), crypto.hash_file("lines.txt") == crypto.sha256(fs.read("lines.txt")))  --> 9dd4e461268c8034f5c8564e155c67a6	true
print(crypto.hmac("key", "The quick brown fox jumps over the lazy dog"))  --> f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8
print(crypto.hmac("key", "The quick brown fox jumps over the lazy dog", "md5", {format = "base64"}))  --> gAcHE0Y+d0m5DC3CSRHidQ==
print(crypto.sha256(("a"):rep(1000000)))  --> cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0
---
print(#crypto.random(10), #crypto.random_hex(8), #crypto.token(), crypto.random_hex() == crypto.random_hex())  --> 10	16	43	false
print(re.test("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", crypto.uuid()))  --> true
print(crypto.equal("a", "a"), crypto.equal("a", "b"), crypto.equal("a", "aa"))  --> true	false	false
---
print(crypto.hex_encode("\0\255"), crypto.hex_decode("00FF") == "\0\255")  --> 00ff	true
print(crypto.base64_encode("a?>"), crypto.base64url_encode("a?>\255"), crypto.base64_encode("a"))  --> YT8+	YT8-_w	YQ==
print(crypto.base64_decode("YQ=="), crypto.base64_decode("YQ"), crypto.base64url_decode("YT8-_w==") == "a?>\255")  --> a	a	true
---
crypto.base64_decode("a-b")  ### "crypto.base64_decode: the text is not base64: byte 2 does not belong there"
---
crypto.hex_decode("xy")  ### "the text is not hexadecimal: it has the character 'x'"
---
crypto.hex_decode("abc")  ### "an odd number of digits"
---
crypto.hash("a", "sha3")  ### "crypto.hash: algorithm: expected one of"
---
crypto.random(1e9)  ### "crypto.random: count: expected a number of bytes from 0 to 1048576, got 1000000000"
---
crypto.hash_file("../x")  ### "crypto.hash_file: ../x: lies outside"
---
crypto.hash_file("data")  ### "crypto.hash_file: data: is a folder"
