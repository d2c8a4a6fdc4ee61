# Lời từ chối của API về bản tin và tệp tải lên.

api-other-site = Yêu cầu này được gửi từ một trang khác.
api-other-site-remedy = Hãy làm trên trang của hệ thống, hoặc bằng mã truy cập.
api-facts = Thông tin bản tin chưa đúng.
api-facts-remedy = Sửa từng trường nêu trong fields.
api-not-heard = Còn chỗ lưu ý chưa nghe.
api-not-heard-remedy = Nghe từng chỗ trong danh sách findings rồi duyệt.
api-bad-signature = Không đọc được nội dung đã ký, mã khóa hoặc chữ ký.
api-bad-signature-remedy = Lấy lại nội dung cần ký và ký lại.
api-code-taken = Mã bản tin này đã có.
api-code-taken-remedy = Chọn mã khác.
